"""What guessing ahead saves where an output repeats its input.

    python -m tests.benchmarks lookup --model PATH --data FILE

Each item of ``humanevalfix_python`` is rewritten (its function is in the prompt, most of it comes
again in the answer), and written anew from its docstring alone, where there is little to copy. Both
greedily, with guesses and without, in the same run; the texts must be the same, except where two
tokens are equally likely and the width of the batch decides.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen_lsp.model.backend import GenerationRequest, Model, collect
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.lookup import Luck
from codegen_lsp.prompt.prompt import ChatPrompt, Message
from tests.benchmarks.engine import loaded
from tests.benchmarks.figures import middle, progress, ratio, say, table

SUMMARY = "guessing ahead against writing token by token"
_START, _END = "```python\n", "\n```"
_TOKENS = 300


class Never(Luck):
    """Does not guess."""

    def best_length(self, run: int, milliseconds: object) -> int:
        """Return 0."""
        del run, milliseconds
        return 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer; ``seconds`` are those of writing, the prompt being read before."""

    text: str
    tokens: int
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--data", type=Path, required=True, help="humanevalfix_python.dev.jsonl")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=12)


def run(options: argparse.Namespace) -> None:
    """Measure and report."""
    items = _items(options.data)[: options.limit]
    asks = {"rewrite": _rewrite, "write anew": _write_anew}
    rows = []
    with (
        loaded(options.model, options.threads) as guessing,
        loaded(options.model, options.threads, Never()) as plain,
    ):
        for name, ask in asks.items():
            pairs = []
            for number, item in enumerate(items):
                progress(f"{name} {number + 1} of {len(items)}")
                arms = [InProcessModel(guessing), InProcessModel(plain)]
                pairs.append([_answer(model, ask(item)) for model in arms])
            rows.append(_row(name, pairs))
    head = ["greedy, same run", "tokens", "guessing s", "plain s", "ratio", "worst", "same text"]
    say(table(head, rows))


def _row(name: str, pairs: list[list[Outcome]]) -> list[object]:
    ratios = [
        ratio(ours.seconds / ours.tokens, theirs.seconds / theirs.tokens) for ours, theirs in pairs
    ]
    return [
        name,
        sum(ours.tokens for ours, _ in pairs),
        sum(ours.seconds for ours, _ in pairs),
        sum(theirs.seconds for _, theirs in pairs),
        middle(ratios),
        max(filter(None, ratios)),
        f"{sum(ours.text == theirs.text for ours, theirs in pairs)}/{len(pairs)}",
    ]


def _answer(model: Model, prompt: ChatPrompt) -> Outcome:
    collect(model, GenerationRequest(prompt, 1))
    began = time.monotonic()
    answer = collect(model, GenerationRequest(prompt, _TOKENS, stop=(_END,)))
    return Outcome(answer.text, answer.finished.tokens_written, time.monotonic() - began)


def _rewrite(item: dict[str, Any]) -> ChatPrompt:
    function = item["prompt"] + item["buggy_solution"]
    ask = f"Fix the bug in this function. Give the whole function.\n\n{_START}{function}{_END}"
    return ChatPrompt((Message("user", ask),), answer_start=_START)


def _write_anew(item: dict[str, Any]) -> ChatPrompt:
    ask = f"Write the Python function {item['signature']}. {item['docstring']}"
    return ChatPrompt((Message("user", ask),), answer_start=_START)


def _items(path: Path) -> list[dict[str, Any]]:
    return sorted(_lines(path), key=lambda item: hashlib.sha256(item["id"].encode()).hexdigest())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text("utf-8").splitlines())
