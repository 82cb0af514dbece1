"""Where the time of one warm keystroke goes in the engine, until the first token is there.

    python -m tests.benchmarks keystroke --model PATH

A line is typed in the middle of a file of the standard library, in the window that completions
have; after each character one token is asked for. A profile hook takes the time of the parts,
without what they call among each other. llama.cpp moves the cells of a suffix in the decode after
the move was ordered, so that decode has a row of its own.

Below stands the physical limit: what the same tokens cost where nothing is moved, in a context that
holds as many. What the server adds is measured by :mod:`.server_share`.
"""

import argparse
import sys
import sysconfig
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from codegen_lsp.context.window import window_around
from codegen_lsp.document.text import Document, Position
from codegen_lsp.model.backend import GenerationRequest
from codegen_lsp.model.budget import budget_for
from codegen_lsp.prompt.prompt import FimPrompt
from tests.benchmarks.engine import loaded
from tests.benchmarks.figures import middle, percentile, say, table

if TYPE_CHECKING:
    from codegen_lsp.model.llama.backend import LlamaBackend
    from codegen_lsp.model.llama.native import NativeContext

SUMMARY = "a profile of one warm keystroke, beside the physical limit"
TARGET_MS = 400
MODULE, ABOVE = "argparse", "        action = parsers_class(option_strings=[], **kwargs)"
TYPED = "        names = sorted(action.dest for action in self._actions)"
INDENT = 8
DECODES = 20
"""How often each decode of the limit is timed."""

REST = "everything else in the engine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)


def run(options: argparse.Namespace) -> None:
    """Measure and report."""
    with loaded(options.model, options.threads) as backend:
        keys = list(_typed(backend))
    _report_profile(keys)
    _report_limit(options, keys)


@dataclass(slots=True)
class Profile:
    """The time of one key by part, in ms; ``decoded`` are the widths of its decodes, in order."""

    tokens_held: int = 0
    parts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    decoded: list[tuple[int, bool]] = field(default_factory=list)

    @property
    def whole_ms(self) -> float:
        """Until the first token was there."""
        return sum(self.parts.values())


class _Hook:
    """A profile hook (``sys.setprofile``) that charges time to the innermost watched function."""

    def __init__(
        self, names: dict[CodeType, str], profile: Profile, clock: Callable[[], float]
    ) -> None:
        self._names = names
        self._profile = profile
        self._clock = clock
        self._under_way = [REST]
        self._since = clock()
        self._moved = False

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Take note of a call or a return; see :func:`sys.setprofile`."""
        del argument
        if event not in ("call", "return") or frame.f_code not in self._names:
            return
        self.charge()
        if event == "return":
            self._under_way.pop()
            return
        self._under_way.append(self._name(frame))

    def charge(self) -> None:
        """Charge the time since the last event."""
        now = self._clock()
        self._profile.parts[self._under_way[-1]] += (now - self._since) * 1000
        self._since = now

    def _name(self, frame: FrameType) -> str:
        name = self._names[frame.f_code]
        if name == "move":
            self._moved = True
        if name != "decode":
            return name
        rows = frame.f_locals["rows"]
        wants_logits = any(row.logits for row in rows)
        self._profile.decoded.append((len(rows), wants_logits))
        moved, self._moved = self._moved, False
        logits = "with logits" if wants_logits else "without logits"
        return f"decode {logits}{', cells moved' if moved else ''}"


@contextmanager
def profiling(
    names: dict[CodeType, str], profile: Profile, clock: Callable[[], float] = time.perf_counter
) -> Iterator[None]:
    """Charge what is done in this block to ``profile``, by the names of functions.

    ``clock`` is in seconds.
    """
    hook = _Hook(names, profile, clock)
    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(None)
        hook.charge()


def _watched() -> dict[CodeType, str]:
    """Return the parts of the engine under the names they have in the table."""
    from codegen_lsp.model.llama.native import NativeContext
    from codegen_lsp.model.llama.sampler import Sampler
    from codegen_lsp.model.llama.slots import Slots
    from codegen_lsp.model.llama.vocabulary import Vocabulary

    return {
        NativeContext.decode.__code__: "decode",
        NativeContext.shift.__code__: "move",
        NativeContext.copy.__code__: "sequences",
        NativeContext.remove.__code__: "sequences",
        Vocabulary.encode.__code__: "tokenising",
        Slots.take.__code__: "choosing a slot, planning",
        Sampler.pick.__code__: "picking the token",
    }


def _typed(backend: "LlamaBackend") -> Iterator[Profile]:
    """Type the line, and yield the profile of each key but the first, which reads everything."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    lines = (folder / f"{MODULE}.py").read_text("utf-8").split("\n")
    row = lines.index(ABOVE) + 1
    budget = budget_for(None, TARGET_MS)
    for column in range(INDENT, len(TYPED) + 1):
        text = "\n".join([*lines[:row], TYPED[:column], *lines[row:]])
        window = window_around(
            Document(text, "python"),
            Position(row, column),
            before_tokens=budget.window_before,
            after_tokens=budget.window_after,
        )
        request = GenerationRequest(FimPrompt(window.prefix, window.suffix), max_tokens=1)
        profile = Profile()
        with profiling(_watched(), profile):
            for _ in backend.generate(request):
                pass
        profile.tokens_held = len(backend.vocabulary.encode(request.prompt).tokens)
        if column > INDENT:
            yield profile


def _report_profile(keys: list[Profile]) -> None:
    names = list(dict.fromkeys(name for key in keys for name in key.parts))
    names.sort(key=lambda name: -sum(key.parts.get(name, 0.0) for key in keys))
    rows = [_row(name, [key.parts.get(name, 0.0) for key in keys]) for name in names]
    whole = _row("whole: key to first token", [key.whole_ms for key in keys])
    say(table([f"ms a key, {len(keys)} keys", "p50", "p95"], [*rows, whole]))
    read = [float(sum(width for width, _ in key.decoded)) for key in keys]
    say(f"tokens read a key: median {middle(read)}, most {max(read)}\n")


def _report_limit(options: argparse.Namespace, keys: list[Profile]) -> None:
    """Time every width of decode that came up, without moves, and add them up for each key."""
    from codegen_lsp.model.llama.native import LoadOptions, NativeContext, NativeModel

    held = max(key.tokens_held for key in keys)
    model = NativeModel(LoadOptions(path=options.model, threads=options.threads))
    context = NativeContext(model, tokens=budget_for(None, TARGET_MS).cells, sequences=1)
    try:
        _fill(context, held)
        widths = sorted({decode for key in keys for decode in key.decoded})
        cost = {
            (width, logits): _cost(context, held, width, logits=logits) for width, logits in widths
        }
    finally:
        context.close()
        model.close()
    rows = [
        [f"decode of {width}, {'with' if logits else 'without'} logits", cost[width, logits]]
        for width, logits in widths
    ]
    limit = [sum(cost[decode] for decode in key.decoded) for key in keys]
    over = [key.whole_ms / least for key, least in zip(keys, limit, strict=True)]
    rows += [["limit of a key: its decodes, nothing moved", middle(limit)]]
    rows += [["measured / limit", middle(over)]]
    say(table([f"physical limit, {held} tokens held", "ms, p50"], rows))


def _fill(context: "NativeContext", tokens: int) -> None:
    from codegen_lsp.model.llama.native import BATCH_TOKENS, Row

    for start in range(0, tokens, BATCH_TOKENS):
        end = min(tokens, start + BATCH_TOKENS)
        context.decode([Row(at % 1000, at, 0, logits=at + 1 == end) for at in range(start, end)])


def _cost(context: "NativeContext", held: int, width: int, *, logits: bool) -> float:
    from codegen_lsp.model.llama.native import Row

    taken = []
    for _ in range(DECODES):
        rows = [Row(at, held + at, 0) for at in range(width)]
        rows[-1] = rows[-1]._replace(logits=logits)
        began = time.perf_counter()
        context.decode(rows)
        taken.append((time.perf_counter() - began) * 1000)
        context.remove(0, held)
    return median(taken)


def _row(name: str, values: list[float]) -> list[object]:
    return [name, percentile(values, 0.5), percentile(values, 0.95)]
