"""Why a completion is what it is, or why there is none: in words, and as plain data.

For ``codegen why`` and the request ``codegen/why``. It tells what :mod:`.completion` noted and
finds nothing out by itself. It quotes source code: none of it may go to a log or the ledger.
"""

from importlib import import_module
from importlib.util import find_spec
from math import exp
from typing import Any

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.features.checking import Verdict
from codegen_lsp.features.completion import Completion

_FILTERS = "codegen_lsp.filters"
_QUOTED_CODE_POINTS = 200


def verdict_of(completion: Completion) -> str:
    """Say in one sentence what came of it."""
    if completion.dropped is not None:
        return f"Nothing is shown because {completion.dropped}."
    lines = completion.text.count("\n") + 1
    size = "1 line" if lines == 1 else f"{lines} lines"
    later = "" if completion.is_whole else "; more may follow, the time was over"
    return f"Shown: {size}, {len(completion.text)} characters{later}."


def explanation_of(completion: Completion) -> list[str]:
    """Tell in sentences what was used, what the model wrote, and what each filter said."""
    told = [verdict_of(completion)]
    window = completion.window
    if window is not None:
        told.append(
            f"The model saw lines {window.first_line + 1} to {window.last_line + 1}: "
            f"{len(window.prefix)} characters before the cursor and {len(window.suffix)} after it."
        )
        told += _told_files(completion)
        told.append(f"It wrote {_quoted(completion.draft)}{_origin(completion)}.")
    told += [_said(verdict) for verdict in completion.verdicts]
    if completion.candidates:
        others = ", ".join(_quoted(each.draft) for each in completion.candidates)
        told.append(f"It was chosen among {len(completion.candidates)}: {others}.")
    told += _held(completion)
    if completion.confidence is not None:
        sure = completion.confidence
        told.append(
            f"The model gave its tokens a probability of {exp(sure.mean):.0%} on average and "
            f"{exp(sure.least):.0%} at the least."
        )
    done = completion.finished
    if done is not None:
        told.append(
            f"It read {done.tokens_read} tokens, had {done.tokens_reused} from before, and wrote "
            f"{done.tokens_written}; it ended by {_ENDS.get(done.reason, done.reason)}."
        )
    if window is not None:
        told.append(
            f"The first token took {completion.first_ms:.0f} ms, everything "
            f"{completion.total_ms:.0f} ms."
        )
    return told


def facts_of(completion: Completion) -> dict[str, Any]:
    """Return the same as JSON has it, with the names that ``codegen/why`` documents."""
    window, done = completion.window, completion.finished
    return {
        "text": completion.text,
        "dropped": completion.dropped,
        "draft": completion.draft,
        "isWhole": completion.is_whole,
        "isReused": completion.reused,
        "isPreparedAhead": completion.is_ahead,
        "context": window
        and {
            "firstLine": window.first_line,
            "lastLine": window.last_line,
            "charactersBefore": len(window.prefix),
            "charactersAfter": len(window.suffix),
        },
        "files": [
            {
                "path": chunk.path,
                "source": chunk.source,
                "tokens": chunk.tokens,
                "score": round(chunk.score, 2),
                "text": chunk.text,
            }
            for chunk in chunks_of(completion)
        ],
        "filters": [
            {
                "filter": verdict.filter,
                "outcome": outcome_of(verdict),
                "before": verdict.before,
                "after": verdict.after,
                "reason": verdict.reason,
            }
            for verdict in completion.verdicts
        ],
        "candidates": [each.draft for each in completion.candidates],
        "examples": {"held": completion.held, "of": completion.examples},
        "confidence": completion.confidence
        and {
            "mean": round(completion.confidence.mean, 3),
            "least": round(completion.confidence.least, 3),
            "line": round(completion.confidence.line, 3),
            "whole": round(completion.confidence.whole, 3),
        },
        "tokens": done
        and {
            "read": done.tokens_read,
            "reused": done.tokens_reused,
            "written": done.tokens_written,
            "end": done.reason.value,
        },
        "firstMs": round(completion.first_ms, 1),
        "totalMs": round(completion.total_ms, 1),
    }


def chunks_of(completion: Completion) -> tuple[ContextChunk, ...]:
    """Return the pieces of other files that the model was told, in their order."""
    return completion.context.chunks if completion.context is not None else ()


def outcome_of(verdict: Verdict) -> str:
    """Name what a filter did: ``passed``, ``changed``, ``ended`` (the draft) or ``dropped``."""
    if verdict.after is None:
        return "dropped"
    if verdict.filter.startswith("stop_"):
        return "ended"
    return "passed" if verdict.after == verdict.before else "changed"


def purpose_of(filter_name: str) -> str | None:
    """Return what a filter is for, in the first line of its own words; None if there is none."""
    name = f"{_FILTERS}.{filter_name}"
    if not filter_name.isidentifier() or find_spec(name) is None:
        return None
    words = (import_module(name).__doc__ or "").strip()
    return words.partition("\n")[0] or None


_ENDS = {
    "end": "itself",
    "stop": "a stop string",
    "length": "its limit of length",
    "superseded": "a newer request",
    "cancelled": "being cancelled",
}


def _told_files(completion: Completion) -> list[str]:
    chunks = chunks_of(completion)
    if not chunks:
        return []
    pieces = ", ".join(f"{chunk.path} ({chunk.source.replace('_', ' ')})" for chunk in chunks)
    tokens = sum(chunk.tokens for chunk in chunks)
    return [f"Before that it was told, in about {tokens} tokens: {pieces}."]


def _held(completion: Completion) -> list[str]:
    """Tell of the examples in the function's docstring, if they were tried."""
    if not completion.tried:
        return []
    total = completion.examples
    if completion.held is None:
        return [f"Whether the {total} examples in the docstring hold with it is not known."]
    tried = sum(len(each.held) for each in completion.tried)
    held = f"{completion.held} of the {total} examples in the docstring hold with it"
    return [f"{held} (run in a sandbox; {tried} were tried)."]


def _origin(completion: Completion) -> str:
    if completion.is_ahead:
        return ", before anybody had asked for it"
    return ", for an earlier request that this one goes on with" if completion.reused else ""


def _said(verdict: Verdict) -> str:
    outcome = outcome_of(verdict)
    if outcome == "dropped":
        return f"{verdict.filter} dropped it: {verdict.reason}."
    if outcome == "ended":
        return f"{verdict.filter} ended it there."
    if outcome == "changed" and verdict.after is not None:
        return f"{verdict.filter} made it {_quoted(verdict.after)}."
    return f"{verdict.filter} let it pass."


def _quoted(text: str) -> str:
    if not text:
        return "nothing"
    cut = text if len(text) <= _QUOTED_CODE_POINTS else text[:_QUOTED_CODE_POINTS] + "…"
    return repr(cut)
