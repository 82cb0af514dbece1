"""Docstrings: what they name against what the code has."""

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from tests.evals import docstring
from tests.evals.docstring_text import docstring_in, with_docstring
from tests.evals.kind import Parts

CODE = """\
def halved(value, *, strict=False):
    if strict:
        raise ValueError
    return value / 2
"""
ITEM = {
    "id": "halved",
    "name": "halved",
    "code": CODE,
    "args": ["value", "strict"],
    "raises": ["ValueError"],
    "returns_value": True,
}
RIGHT = """\
Return half of a value.

Args:
    value: What to halve.
    strict: Whether to refuse.

Returns:
    The half.

Raises:
    ValueError: When strict.
"""


def scored(text: str) -> dict[str, tuple[int, int]]:
    file = with_docstring(CODE, "halved", text) if text else CODE
    return docstring.score(ITEM, {"output": docstring_in(file, "halved") or "", "file": file})


def test_a_right_docstring_is_right_in_all() -> None:
    assert scored(RIGHT) == {
        "documented": (1, 1),
        "parameters named": (2, 2),
        "parameters invented": (0, 2),
        "raises right": (1, 1),
        "exceptions named": (1, 1),
        "returns right": (1, 1),
        "style clean": (1, 1),
    }


def test_an_invented_parameter_and_a_missing_one_are_counted() -> None:
    scores = scored(RIGHT.replace("strict:", "loose:"))
    assert scores["parameters named"] == (1, 2)
    assert scores["parameters invented"] == (1, 2)


def test_no_docstring_is_right_in_nothing() -> None:
    scores = scored("")
    assert scores["documented"] == (0, 1)
    assert scores["parameters named"] == (0, 2)
    assert scores["raises right"] == scores["returns right"] == scores["style clean"] == (0, 1)


def test_bad_style_is_seen() -> None:
    assert scored("return half\nof a value\n")["style clean"] == (0, 1)


def test_a_bare_answer_is_put_into_the_code_without_its_quotes() -> None:
    backend = ScriptedBackend([ScriptedAnswer(f'```python\n"""{RIGHT}"""\n```')])
    answer = docstring.bare(ITEM, Parts(InProcessModel(backend), Settings()))
    assert answer.output == RIGHT.strip()
    assert docstring.score(ITEM, {"output": answer.output, "file": answer.more["file"]})[
        "style clean"
    ] == (1, 1)


def test_ours_says_why_there_is_none() -> None:
    backend = ScriptedBackend([])
    answer = docstring.ours(ITEM, Parts(InProcessModel(backend), Settings()))
    assert answer.output == ""
    assert answer.dropped
    assert answer.more["file"] == CODE
