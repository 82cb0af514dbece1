"""One round of our side of ``raw``: prints tokens a second as JSON. Started by :mod:`.raw`.

A process of its own, set up as the engine's worker is, so that nothing an earlier round left behind
(threads that spin, a warm cache) helps or hinders.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codegen_lsp.model.backend import Finished, FinishReason, GenerationRequest, Piece
from codegen_lsp.model.worker import SPIN_COUNT
from codegen_lsp.prompt.prompt import FimPrompt
from tests.benchmarks.figures import say
from tests.benchmarks.raw import NEW_TOKENS, PROMPT_TOKENS

os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)  # before llama.cpp is loaded, as in the worker

from codegen_lsp.model.llama.backend import LlamaBackend
from codegen_lsp.model.llama.native import LoadOptions, NativeContext, NativeModel, Row

CONTEXT_TOKENS = PROMPT_TOKENS + NEW_TOKENS
LINES = 44
"""So many lines of :func:`_code` are about as many tokens as the prompt of llama-bench."""


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    options = LoadOptions(path=arguments.model, threads=arguments.threads)
    say(json.dumps({**_native(options), **_backend(options)}))


def _native(options: LoadOptions) -> dict[str, float]:
    """Decode random tokens as llama-bench does: some to warm up, then those that are measured."""
    model = NativeModel(options)
    context = NativeContext(model, tokens=CONTEXT_TOKENS, sequences=1)
    chance = random.Random(1)  # noqa: S311 - any tokens will do
    tokens = [chance.randrange(model.vocab_size) for _ in range(PROMPT_TOKENS)]
    try:
        _read(context, tokens)
        with _timed() as reading:
            _read(context, tokens)
        _write(context, tokens[:1])
        with _timed() as writing:
            _write(context, tokens[:NEW_TOKENS])
    finally:
        context.close()
        model.close()
    return {"prefill": PROMPT_TOKENS / reading[0], "decode": NEW_TOKENS / writing[0]}


def _read(context: NativeContext, tokens: list[int]) -> None:
    context.remove(0, 0)
    last = len(tokens) - 1
    rows = [Row(token, index, 0, logits=index == last) for index, token in enumerate(tokens)]
    context.decode(rows)


def _write(context: NativeContext, tokens: list[int]) -> None:
    context.remove(0, 0)
    for index, token in enumerate(tokens):
        context.decode([Row(token, index, 0, logits=True)])


def _backend(options: LoadOptions) -> dict[str, float]:
    """Generate for a prompt of about as many tokens, through everything a completion goes through.

    The prompt asks for a long table, so that the model does not end before it has written enough.
    """
    backend = LlamaBackend(options)
    try:
        for _ in backend.idle():  # as the worker does before anything is asked
            pass
        # The prompt's end differs, so that nothing of the first is to be reused.
        list(backend.generate(_request(0, tokens=8)))
        started = time.monotonic()
        first, finished = 0.0, Finished(FinishReason.END)
        for step in backend.generate(_request(1, tokens=NEW_TOKENS)):
            if isinstance(step, Piece) and not first:
                first = time.monotonic()
            if isinstance(step, Finished):
                finished = step
        ended = time.monotonic()
    finally:
        backend.close()
    return {
        "read": finished.tokens_read / (first - started),
        "generate": (finished.tokens_written - 1) / (ended - first),
    }


def _request(number: int, *, tokens: int) -> GenerationRequest:
    return GenerationRequest(FimPrompt(_code(number), "\n"), max_tokens=tokens)


def _code(number: int) -> str:
    entries = [f"    {number * 1000 + line}: {line * line}," for line in range(LINES)]
    return f"# Table {number}\nSQUARES = {{\n" + "\n".join(entries)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Put the seconds that the block took into the list."""
    seconds: list[float] = []
    started = time.monotonic()
    yield seconds
    seconds.append(time.monotonic() - started)


if __name__ == "__main__":
    main()
