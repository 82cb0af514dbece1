"""Prompts kept on disk, so that the first completion after a restart is warm.

Only on request (``model.keep_prompts``): what the model has read of somebody's code can be told
from these bytes, so the file is readable by its owner alone. It fits one model file and one build
of llama.cpp; anything else is read again from the code itself.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llama_cpp

from codegen_lsp.model.llama.parking import Parked
from codegen_lsp.model.prompt_cache import Cached, Drift, Tail


def stamp_of(model: Path) -> str:
    """Name the model file and the build that saved cells are good for."""
    facts = model.stat()
    return f"{model.resolve()} {facts.st_size} {facts.st_mtime_ns} {llama_cpp.__version__}"


def save(path: Path, stamp: str, prompts: list[Parked]) -> Iterator[None]:
    """Write ``prompts`` to ``path``, one at each step; the old file stays until all are written.

    Raises :class:`OSError` when that cannot be done.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        heads = [_head(each) for each in prompts]
        file.write(json.dumps({"stamp": stamp, "prompts": heads}).encode() + b"\n")
        for each in prompts:
            file.write(each.cells)
            yield
    unfinished.replace(path)


def load(path: Path, stamp: str) -> list[Parked]:
    """Return what was saved with the same stamp; nothing when there is no such file."""
    try:
        with path.open("rb") as file:
            saved = json.loads(file.readline())
            if saved["stamp"] != stamp:
                return []
            return [_prompt(head, file.read(head["bytes"])) for head in saved["prompts"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _head(parked: Parked) -> dict[str, Any]:
    cached, tail = parked.cached, parked.cached.tail
    return {
        "tokens": cached.tokens,
        "tail": None if tail is None else [tail.start, len(tail.tokens)],
        "drift": [cached.drift.whole, cached.drift.head],
        "bytes": len(parked.cells),
    }


def _prompt(head: dict[str, Any], cells: bytes) -> Parked:
    if len(cells) != head["bytes"]:
        raise ValueError("the file ends too early")
    tokens = [int(token) for token in head["tokens"]]
    tail = None
    if head["tail"] is not None:
        start, length = head["tail"]
        tail = Tail(start, tokens[start : start + length])
    whole, of_head = head["drift"]
    return Parked(Cached(tokens, tail, Drift(int(whole), int(of_head))), cells)
