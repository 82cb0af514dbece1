"""What others hold against a completion that is shown."""

from pathlib import Path

import pytest

from tests.benchmarks.shown import complaints
from tests.benchmarks.verification import Item

TEXT = "import json\n\n\ndef f(a):\n    ¦b = a¦\n    return b\n"


def item() -> Item:
    before, draft, after = TEXT.split("¦")
    return Item(
        Path("somewhere.py").absolute(), before + draft + after, len(before), len(before + draft)
    )


@pytest.mark.parametrize(
    ("shown", "complaint"),
    [
        ("b = a", None),
        ("b = json.dumps(a)", None),
        ("import os", None),
        ("", None),
        ("b = (", "adds a syntax error"),
        ("b = nowhere", "adds F821: Undefined name `nowhere`"),
        (
            "b = a\n    return b\n\ndef f(a):\n    b = a",
            "adds F811: Redefinition of unused `f`",
        ),
        ("import no_such_module", "adds an import that is not there: no_such_module"),
    ],
)
def test_complaints(shown: str, complaint: str | None) -> None:
    found = list(complaints(item(), shown))
    assert found == ([] if complaint is None else [complaint])
