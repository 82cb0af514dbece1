"""The round trip: docstring, then a function from it, then tests."""

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from tests.evals import explain
from tests.evals.kind import Answer, Parts

ITEM = {
    "id": "add",
    "entry_point": "add",
    "declaration": "import math\n\n\ndef add(a, b):\n",
    "code": "import math\n\n\ndef add(a, b):\n    return math.fsum([a, b])\n",
    "docstring_char_limit": 11,
    "test": "\n\nassert add(1, 2) == 3\n",
}
DOCSTRING = "Add a and b, that is, math.fsum([a, b])."


def asked(second: str) -> tuple[Answer, ScriptedBackend]:
    backend = ScriptedBackend([ScriptedAnswer(DOCSTRING), ScriptedAnswer(second)])
    return explain.bare(ITEM, Parts(InProcessModel(backend), Settings())), backend


def test_the_function_is_written_from_header_and_cut_docstring_alone() -> None:
    _, backend = asked("")
    question = str(backend.requests[1].prompt)
    assert "Add a and b" in question
    assert "def add(a, b):" in question
    assert "fsum" not in question


def test_a_whole_function_and_a_mere_body_are_both_taken() -> None:
    whole = "```python\ndef add(a, b):\n    return a + b\n```"
    for said in (whole, "    return math.fsum((a, b))"):
        answer, _ = asked(said)
        assert answer.output == DOCSTRING
        assert explain.score(ITEM, answer.more) == {"tests pass": (1, 1)}


def test_another_function_fails() -> None:
    answer, _ = asked("def add(a, b):\n    return a - b\n")
    assert explain.score(ITEM, answer.more) == {"tests pass": (0, 1)}


def test_without_a_docstring_nothing_is_written() -> None:
    backend = ScriptedBackend([])
    answer = explain.bare(ITEM, Parts(InProcessModel(backend), Settings()))
    assert answer.dropped
    assert explain.score(ITEM, answer.more) == {"tests pass": (0, 1)}
    assert len(backend.requests) == 1
