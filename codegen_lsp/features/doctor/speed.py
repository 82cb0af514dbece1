"""Checks of the running model: on how many threads, and how fast it reads and writes."""

import time
from collections.abc import Callable, Iterator

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import Settings
from codegen_lsp.errors import Cancelled, CodegenError
from codegen_lsp.features.doctor.check import Check, State
from codegen_lsp.model.backend import Finished, GenerationRequest, Model, Piece, Priority
from codegen_lsp.model.budget import budget_for
from codegen_lsp.model.catalog import MODELS
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Prompt
from codegen_lsp.prompt.template import render_chat

SLOW_READING = 40.0
SLOW_WRITING = 10.0
"""Tokens per second below which a completion keeps its user waiting for seconds."""

_SMALLEST = min(MODELS, key=lambda model: model.size).name

_NUMBERS = 100
_WRITE_TOKENS = 48


def threads(settings: Settings, make_model: Callable[[], Model]) -> Check:
    """How many threads the model runs on, against the processor's cores."""
    try:
        details = dict(make_model().describe().details)
    except CodegenError as error:
        return _unusable("threads", error)
    cores, used = int(details.get("cores", 0)), int(details.get("threads", 0))
    if not cores:
        return Check("threads", State.OK, "the model does not tell")
    found = f"{used} for the model, on {cores} physical cores"
    if used > cores:
        mend = f"set model.threads to {cores}, or to 0; it is {settings.model.threads}"
        return Check("threads", State.WARNING, f"{found}: more threads make it slower", mend)
    return Check("threads", State.OK, found)


def speed(
    settings: Settings,
    make_model: Callable[[], Model],
    cancellation: Cancellation | None = None,
) -> Iterator[Check]:
    """How fast the model is on this machine, as it is loaded now, and what follows from that."""
    try:
        measured = measure(make_model(), cancellation)
    except Cancelled:
        raise
    except CodegenError as error:
        yield _unusable("speed", error)
        return
    yield _rates(measured)
    yield latency(measured, settings)


def latency(measured: Speed, settings: Settings) -> Check:
    """What a completion may read and write at this speed, and whether it keeps up with typing."""
    target_ms = settings.completion.target_ms
    budget = budget_for(measured, target_ms)
    found = (
        f"first token about {budget.keystroke_ms:.0f} ms after a keystroke, then "
        f"{budget.line_tokens} tokens within the target of {target_ms} ms; window "
        f"{budget.window_before} tokens before the cursor and {budget.window_after} after "
        f"(all read in {budget.cold_ms / 1000:.1f} s after a jump), suggestions of up to "
        f"{budget.max_tokens} tokens, in a context of {budget.cells}"
    )
    if budget.keeps_up:
        return Check("latency", State.OK, found)
    mend = (
        f"set completion.target_ms higher, or model.name to {_SMALLEST} "
        "(quicker, and far weaker: 40 against 70 of 100 lines right)"
    )
    return Check("latency", State.WARNING, f"{found}: too few for a line", mend)


def _rates(measured: Speed) -> Check:
    found = f"reads {measured.reading:,.0f} tokens/s, writes {measured.writing:,.0f} tokens/s"
    if measured.reading < SLOW_READING or measured.writing < SLOW_WRITING:
        mend = "set model.name to a smaller model (codegen models list)"
        return Check("speed", State.WARNING, f"{found}: slow", mend)
    return Check("speed", State.OK, found)


def measure(model: Model, cancellation: Cancellation | None = None) -> Speed:
    """Let ``model`` read about 300 tokens and write about 50, and time both.

    It reads a few before, so that the file's pages are in memory. Raises what ``stream`` raises.
    """
    for _ in model.stream(_request(model, numbers=2, max_tokens=1), cancellation):
        pass
    started = first = last = time.monotonic()
    pieces, finished = 0, None
    for step in model.stream(_request(model, _NUMBERS, _WRITE_TOKENS), cancellation):
        if isinstance(step, Piece):
            last = time.monotonic()
            first = first if pieces else last
            pieces += 1
        else:
            finished = step
    if finished is None or not pieces:
        return Speed(reading=0.0, token_ms=0.0)
    return _speed(finished, reading=first - started, writing=last - first)


def _speed(finished: Finished, *, reading: float, writing: float) -> Speed:
    """Divide; the first token is the end of reading, so that it is not counted as written."""
    return Speed(
        reading=finished.tokens_read / reading if reading > 0 else 0.0,
        token_ms=writing * 1000 / max(1, finished.tokens_written - 1),
    )


def _request(model: Model, numbers: int, max_tokens: int) -> GenerationRequest:
    """Ask to go on counting: a text of known length, and an answer that does not end early."""
    listed = "\n".join(str(number) for number in range(100, 100 + numbers))
    prompt: Prompt = FimPrompt(f"{listed}\n", "")
    if model.describe().has_chat_template:
        prompt = ChatPrompt(render_chat("doctor", numbers=listed))
    return GenerationRequest(prompt, max_tokens, priority=Priority.REQUEST)


def _unusable(name: str, error: CodegenError) -> Check:
    return Check(name, State.PROBLEM, error.message, error.advice, blocks_model=True)
