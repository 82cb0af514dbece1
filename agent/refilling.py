"""Single lines of a suspected function, written again by the model: candidates by infilling.

Line by line is taken out, the most suspicious first, and the model names the likeliest lines for
the hole (beam search over one reading of the prompt; moving on by a line costs little, since the
engine keeps what stands behind the hole). Then the gaps between lines are filled. Like mutants they
are tried out, together where pytest runs the tests, else one by one where that is quick, and only
those that pass the failing tests become candidates.

After C. S. Xia and L. Zhang, "Less training, more repairing please: revisiting automated program
repair via zero-shot learning" (2022), which fills single lines by cloze. Whole functions written by
a model of 1.5 billion parameters were the function as it was in 24 of 48 answers (QuixBugs
powerset).
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from math import exp

from agent.briefing import briefing
from agent.mutating import can_be_tried, function_of, tried_out
from agent.mutations.holes import Hole, holes
from agent.mutations.mutants import Edit, Places, made_by
from agent.sources import Source, Sources
from agent.state import FixState, Step, Suspect
from agent.tools import Tools
from codegen_lsp.document.language import comment_marker
from codegen_lsp.model.backend import Finished, GenerationRequest, Piece, Priority
from codegen_lsp.prompt.prompt import FimPrompt, PromptFile
from codegen_lsp.syntax.definitions import Definition

MAX_FUNCTIONS = 2
"""The likeliest functions whose lines are filled again."""

MAX_LINES = 16
MAX_GAPS = 8
"""Holes of one function: each takes one to two seconds of the model on two cores."""

BEAMS = 4
MAX_TOKENS = 64

_BEFORE = 2_000
_AFTER = 1_500
"""Code points of the file around the hole that the model sees."""

_TEST = 1_200
_FAILURES = 400
"""Code points of the failing test, and of what it says, that the model sees."""


def refilled(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the lines waiting that pass the failing tests."""
    state = replace(state, refilled=True)
    if not tools.model.describe().can_fill_in_the_middle:
        return state
    for suspect in state.suspects[:MAX_FUNCTIONS]:
        found = function_of(suspect, tools)
        if found is None or not can_be_tried(suspect, state):
            continue
        places = holes(*found, dict(suspect.lines))
        lines = [hole for hole in places if not hole.is_gap][:MAX_LINES]
        gaps = [hole for hole in places if hole.is_gap][:MAX_GAPS]
        for part in (lines, gaps):
            state = _filled(state, suspect, found, part, tools)
            if state.waiting:
                return state
    return state


def _filled(
    state: FixState,
    suspect: Suspect,
    found: tuple[Source, Definition],
    part: Sequence[Hole],
    tools: Tools,
) -> FixState:
    source, target = found
    what = "gaps" if part and part[0].is_gap else "lines"
    tools.tell(Step.PROPOSE, f"filling {len(part)} {what} of {suspect.name} again", state.tries)
    started, edits = tools.limits.seconds, list[Edit]()
    files = _told(state, found, tools)
    reserved = state.baseline.seconds if state.baseline is not None else 0.0
    for hole in part:
        if tools.limits.seconds_left <= reserved or not tools.limits.tokens_left(
            state.tokens_written
        ):
            break
        written = _written(hole, source, files, tools)
        edits += written.edits
        state = replace(
            state,
            tokens_read=state.tokens_read + written.tokens_read,
            tokens_written=state.tokens_written + written.tokens_written,
        )
    spent = tools.limits.seconds - started
    state = replace(state, model_seconds=state.model_seconds + spent)
    made = made_by(edits, source, target, dict(suspect.lines))
    return tried_out(made, suspect, target.first_line + 1, state, tools)


@dataclass(frozen=True, slots=True)
class _Written:
    edits: tuple[Edit, ...]
    tokens_read: int
    tokens_written: int


def _told(
    state: FixState, found: tuple[Source, Definition], tools: Tools
) -> tuple[PromptFile, ...]:
    """Return the failing test as a file that stands before the hole's, and how it fails."""
    if not tools.model.describe().has_file_markers:
        return ()
    source, target = found
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    told = briefing(source, target, state.failing_targets, sources, tools.runner.scratch.paths)
    marker = comment_marker(source.language)
    failures = "\n".join(
        f"{marker} {line}" for line in told.failures.splitlines() if not line.startswith("```")
    )
    return (PromptFile(told.test_path, f"{told.test[:_TEST]}\n{failures[:_FAILURES]}\n"),)


def _written(hole: Hole, source: Source, files: tuple[PromptFile, ...], tools: Tools) -> _Written:
    """Let the model fill ``hole`` with its likeliest lines. Raises what its ``stream`` raises."""
    text, places = source.document.text, Places(source.document.text)
    start = places.index(hole.first, 0)
    end = start if hole.is_gap else places.end_of(hole.last)
    before = text[max(0, start - _BEFORE) : start].replace("\r\n", "\n")
    after = text[end : end + _AFTER].replace("\r\n", "\n")
    request = GenerationRequest(
        FimPrompt(
            before,
            "\n" + after if hole.is_gap else after,
            files,
            source.path.name if files else "",
        ),
        MAX_TOKENS,
        stop=("\n",),
        priority=Priority.AGENT,
        beams=BEAMS,
    )
    lines, chances = ["" for _ in range(BEAMS)], [0.0 for _ in range(BEAMS)]
    read = wrote = 0
    with closing(tools.model.stream(request, tools.cancellation)) as steps:
        for step in steps:
            if isinstance(step, Piece):
                lines[step.sample] += step.text
                chances[step.sample] += step.logprob
            elif isinstance(step, Finished):
                read, wrote = step.tokens_read, step.tokens_written
    line_end = places.line_end if hole.is_gap else ""
    what = "another line" if hole.is_gap else "the line written again"
    edits = tuple(
        Edit(start, end, line.rstrip() + line_end, hole.first, what, exp(chance), by_model=True)
        for line, chance in zip(lines, chances, strict=True)
        if line.strip()
    )
    return _Written(edits, read, wrote)
