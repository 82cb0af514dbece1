"""How a file's own docstrings decide on style and types."""

import pytest

from codegen_lsp.document.docstring import Style
from codegen_lsp.document.docstring_custom import Custom, custom_of
from codegen_lsp.document.docstring_outline import outline

GOOGLE = "Do.\n\n    Args:\n        a: x\n"
TYPED = "Do.\n\n    Args:\n        a (int): x\n"
NUMPY = "Do.\n\n    Parameters\n    ----------\n    a\n        x\n"
SPHINX = "Do.\n\n    :param a: x\n"
SHORT = "Do."


@pytest.mark.parametrize(
    ("texts", "asked", "default", "expected"),
    [
        ([], None, "google", Custom("google", shows_types=False)),
        ([], None, "numpy", Custom("numpy", shows_types=True)),
        ([], "sphinx", "numpy", Custom("sphinx", shows_types=False)),
        ([SHORT, SPHINX], None, "google", Custom("sphinx", shows_types=False)),
        ([SPHINX, GOOGLE, GOOGLE], None, "numpy", Custom("google", shows_types=False)),
        ([TYPED, TYPED, GOOGLE], None, "numpy", Custom("google", shows_types=True)),
        ([TYPED, GOOGLE], None, "numpy", Custom("google", shows_types=False)),
        ([NUMPY], None, "google", Custom("numpy", shows_types=False)),
        ([TYPED], "numpy", "google", Custom("numpy", shows_types=True)),
    ],
)
def test_custom(texts: list[str], asked: Style | None, default: Style, expected: Custom) -> None:
    outlines = [outline(text.split("\n")) for text in texts]
    assert custom_of(outlines, asked=asked, default=default) == expected
