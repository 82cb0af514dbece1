from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.drop_empty_claim import drop_empty_claim
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Wrong line.",
        "for item in items",
        "The for item in items: item, items.",
        "The code is correct, no need for a replacement.",
        "This line looks fine as it stands.",
        "There are no issues with this code at all.",
    ],
)
def test_a_message_that_says_nothing_is_dropped(
    passage: Callable[..., Passage], claim: Callable[..., Claim], message: str
) -> None:
    assert isinstance(drop_empty_claim(claim(message=message), passage()), Dropped)


@pytest.mark.parametrize(
    "message",
    [
        "The loop never ends when items grows.",
        "The result is correct only when items is sorted.",
        "item may be None, and then item.price fails.",
    ],
)
def test_a_message_that_says_something_passes(
    passage: Callable[..., Passage], claim: Callable[..., Claim], message: str
) -> None:
    assert drop_empty_claim(claim(message=message), passage()) == claim(message=message)
