"""Do shifted and fully read prompts agree? Greedy completions and pass counts side by side.

    python -m tests.benchmarks shift --model PATH --data FILE --limit 60

``FILE`` holds infilling items as JSON lines (``humaneval_infill_randomlight.dev.jsonl``). Three
arms, each beginning every item with an empty cache of one model that stays loaded:

- ``fresh``: the whole prompt is read at once;
- ``typed``: the engine first completes the same document as it was 1 to 30 characters earlier and
  then after each of several keystrokes, so that the suffix was moved with each of them;
- ``moved``: it first completes the document three lines further up, and then the real place.

What the output file holds already is kept: a run that was ended goes on where it stopped. Which
keystrokes come first depends on the item's id alone, so a run can be repeated. Drift is how
many tokens came before the suffix since it was read.
"""

import argparse
import hashlib
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codegen_lsp.model.backend import Finished, FinishReason, GenerationRequest, Piece
from codegen_lsp.prompt.prompt import FimPrompt
from tests.benchmarks.engine import loaded
from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import mean, middle, percentile, progress, say, table
from tests.benchmarks.infill_items import Item, load_items, passes

if TYPE_CHECKING:
    from codegen_lsp.model.llama.backend import LlamaBackend

SUMMARY = "quality: shifted prompts beside fully read ones"
MAX_TOKENS = 128
EARLIER_CHARACTERS = 30
EARLIER_LINES = 3
LONGEST_STEP = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one arm made of one item; ``drift`` in tokens, ``same_as_fresh`` of the whole text."""

    arm: str
    item: str
    completion: str
    passed: bool
    tokens_read: int
    tokens_reused: int
    drift: int
    same_as_fresh: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--data", type=Path, required=True, help="infilling items, JSON lines")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path, help="write JSON lines here")


def run(options: argparse.Namespace) -> None:
    """Measure and report; raises :class:`BenchmarkError`."""
    items = load_items(options.data, options.limit)
    outcomes = known(options.output)
    done = {outcome.item for outcome in outcomes}
    with loaded(options.model, options.threads) as backend:
        for number, item in enumerate(items, 1):
            if item.id in done:
                continue
            progress(f"item {number} of {len(items)}")
            outcomes += _outcomes(item, backend)
            if options.output is not None:
                lines = [json.dumps(asdict(outcome)) for outcome in outcomes]
                options.output.write_text("\n".join(lines) + "\n", "utf-8")
    _report(outcomes)


def known(path: Path | None) -> list[Outcome]:
    """Return what an earlier run has written; raises :class:`BenchmarkError` for anything else."""
    if path is None or not path.is_file():
        return []
    try:
        return [Outcome(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    except (ValueError, TypeError) as error:
        raise BenchmarkError(f"{path} does not hold outcomes of shift: {error}") from error


def histories(item: Item) -> dict[str, list[str]]:
    """Return, for each arm, the texts before the hole that are completed before the real one."""
    return {"fresh": [], "typed": _typed(item), "moved": _moved(item)}


def _typed(item: Item) -> list[str]:
    digest = hashlib.sha256(item.id.encode()).digest()
    chance = random.Random(digest)  # noqa: S311 - repeatable, not secret
    distance = min(chance.randint(1, EARLIER_CHARACTERS), len(item.prompt) - 1)
    ends = []
    while distance > 0:
        ends.append(len(item.prompt) - distance)
        distance -= chance.randint(1, LONGEST_STEP)
    return [item.prompt[:end] for end in ends]


def _moved(item: Item) -> list[str]:
    lines = item.prompt.splitlines(keepends=True)
    return ["".join(lines[:-EARLIER_LINES])] if len(lines) > EARLIER_LINES else []


def _outcomes(item: Item, backend: "LlamaBackend") -> list[Outcome]:
    outcomes: list[Outcome] = []
    for arm, history in histories(item).items():
        completion, read, reused, drift = _complete(item, history, backend)
        fresh = outcomes[0].completion if outcomes else completion
        outcomes.append(
            Outcome(
                arm=arm,
                item=item.id,
                completion=completion,
                passed=passes(item, completion),
                tokens_read=read,
                tokens_reused=reused,
                drift=drift,
                same_as_fresh=completion == fresh,
            )
        )
    return outcomes


def _complete(
    item: Item, history: Sequence[str], backend: "LlamaBackend"
) -> tuple[str, int, int, int]:
    """Return the completion, tokens read and reused for it, and the drift before it."""
    backend.forget()
    prompts = [FimPrompt(prefix, item.suffix) for prefix in (*history, item.prompt)]
    for prompt in prompts[:-1]:
        for _ in backend.generate(GenerationRequest(prompt, max_tokens=1)):
            pass
    text, finished = "", Finished(FinishReason.END)
    for step in backend.generate(GenerationRequest(prompts[-1], max_tokens=MAX_TOKENS)):
        if isinstance(step, Piece):
            text += step.text
        elif isinstance(step, Finished):
            finished = step
    lengths = [len(backend.vocabulary.encode(prompt).tokens) for prompt in prompts]
    drift = sum(abs(later - earlier) for earlier, later in itertools.pairwise(lengths))
    return text, finished.tokens_read, finished.tokens_reused, drift


def _report(outcomes: Sequence[Outcome]) -> None:
    rows = []
    for arm in dict.fromkeys(outcome.arm for outcome in outcomes):
        of_arm = [outcome for outcome in outcomes if outcome.arm == arm]
        rows.append(
            [
                arm,
                len(of_arm),
                sum(outcome.passed for outcome in of_arm),
                mean([float(outcome.same_as_fresh) for outcome in of_arm]),
                middle(float(outcome.tokens_read) for outcome in of_arm),
                middle(float(outcome.tokens_reused) for outcome in of_arm),
                middle(float(outcome.drift) for outcome in of_arm),
                percentile([float(outcome.drift) for outcome in of_arm], 1.0),
            ]
        )
    head = ["arm", "items", "passed", "same as fresh", "read", "reused", "drift", "most drift"]
    say(table(head, rows))
    for outcome in outcomes:
        if not outcome.same_as_fresh:
            say(f"differs: {outcome.arm} {outcome.item} passed={outcome.passed}")
