from collections.abc import Callable

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.drop_ungrounded_claim import drop_ungrounded_claim
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim


def test_a_claim_about_an_added_line_passes(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    assert drop_ungrounded_claim(claim(), passage()) == claim()


def test_a_claim_about_other_code_is_dropped(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    assert isinstance(drop_ungrounded_claim(claim("while True:"), passage()), Dropped)
    assert isinstance(drop_ungrounded_claim(claim("count = 0"), passage()), Dropped)
