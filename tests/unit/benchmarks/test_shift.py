"""Which texts come before the real one, and what counts as passing."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.infill_items import Item, load_items, passes
from tests.benchmarks.shift import EARLIER_CHARACTERS, Outcome, histories, known

ITEM = Item(
    id="add/1",
    prompt='"""Sums."""\n\n\ndef add(a, b):\n    # the sum of both\n    return ',
    suffix="\n",
    test="\n\ndef check(candidate):\n    assert candidate(1, 2) == 3\n",
    entry_point="add",
)


def test_a_fresh_prompt_has_no_history() -> None:
    assert histories(ITEM)["fresh"] == []


def test_typing_comes_closer_with_each_keystroke_and_ends_before_the_hole() -> None:
    typed = histories(ITEM)["typed"]
    lengths = [len(text) for text in typed]
    assert typed
    assert all(ITEM.prompt.startswith(text) for text in typed)
    assert lengths == sorted(set(lengths))
    assert len(ITEM.prompt) - EARLIER_CHARACTERS <= lengths[0] <= lengths[-1] < len(ITEM.prompt)


def test_the_history_of_an_item_is_the_same_each_time() -> None:
    assert histories(ITEM) == histories(ITEM)


def test_moving_on_begins_three_lines_further_up() -> None:
    assert histories(ITEM)["moved"] == ['"""Sums."""\n\n\n']


def test_only_a_right_filling_passes() -> None:
    assert passes(ITEM, "a + b")
    assert not passes(ITEM, "a - b")


def test_items_come_in_an_order_that_does_not_depend_on_the_file(tmp_path: Path) -> None:
    lines = [
        f'{{"id": "{name}", "prompt": "", "suffix": "", "test": "", "entry_point": "f"}}'
        for name in "abcdef"
    ]
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_text("\n".join(lines), "utf-8")
    other.write_text("\n".join(reversed(lines)), "utf-8")
    assert load_items(one, 4) == load_items(other, 4)
    assert len(load_items(one, 4)) == 4


def test_what_an_earlier_run_wrote_is_known(tmp_path: Path) -> None:
    outcome = Outcome("typed", "add/1", "a + b", True, 4, 90, 3, True)
    file = tmp_path / "outcomes.jsonl"
    assert known(file) == known(None) == []
    file.write_text(json.dumps(asdict(outcome)) + "\n", "utf-8")
    assert known(file) == [outcome]


@pytest.mark.parametrize("text", ["no JSON", "{}", "3"])
def test_a_file_of_something_else_is_not_gone_on_with(tmp_path: Path, text: str) -> None:
    file = tmp_path / "outcomes.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(BenchmarkError, match="does not hold outcomes"):
        known(file)
