import pytest

from codegen_lsp.feedback.suggestion import document_hash, plain_reason


def test_a_document_is_known_by_a_hash_that_is_the_same_next_time() -> None:
    assert document_hash("/home/me/sums.py") == document_hash("/home/me/sums.py")
    assert document_hash("/home/me/sums.py") != document_hash("/home/me/sum.py")
    assert len(document_hash("\udce4")) == 16


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("the cursor is inside a word", "the cursor is inside a word"),
        ("it uses my_secret, which is bound nowhere", ""),
        ("it uses `secret`", ""),
        ("it uses 'secret'", ""),
        ("f(x) is wrong", ""),
        ("größe is not defined", ""),
    ],
)
def test_a_reason_that_might_quote_code_is_left_out(reason: str, kept: str) -> None:
    assert plain_reason(reason) == kept
