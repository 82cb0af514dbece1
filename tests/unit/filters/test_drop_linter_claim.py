from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.drop_linter_claim import drop_linter_claim
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim


@pytest.mark.parametrize(
    "message",
    [
        "There is a syntax error in this line.",
        "The indentation is wrong here.",
        "A docstring is missing for this function.",
        "This does not follow PEP 8 naming.",
        "Missing type hints for the parameter.",
    ],
)
@pytest.mark.parametrize("language", ["python", "go", None])
def test_form_is_left_to_linters(
    passage: Callable[..., Passage], claim: Callable[..., Claim], message: str, language: str | None
) -> None:
    found = drop_linter_claim(claim(message=message), passage(language=language))
    assert isinstance(found, Dropped)


@pytest.mark.parametrize(
    "message", ["The variable x is not defined.", "Unused import of os.", "A missing import of re."]
)
def test_names_in_python_are_left_to_ruff(
    passage: Callable[..., Passage], claim: Callable[..., Claim], message: str
) -> None:
    assert isinstance(drop_linter_claim(claim(message=message), passage()), Dropped)
    assert drop_linter_claim(claim(message=message), passage(language="go")) == claim(
        message=message
    )


@pytest.mark.parametrize(
    "message",
    [
        "It crashes with a KeyError when the key is missing.",
        "The result is undefined behaviour when the count is zero.",
        "The index is off by one at the end of the list.",
    ],
)
def test_what_code_does_is_no_linters_business(
    passage: Callable[..., Passage], claim: Callable[..., Claim], message: str
) -> None:
    assert drop_linter_claim(claim(message=message), passage()) == claim(message=message)
