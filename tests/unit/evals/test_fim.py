"""Single lines: where they are asked for, and what counts as the same."""

import pytest

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt
from tests.evals import fim
from tests.evals.kind import Answer, Parts

ITEM = {
    "id": "py/add",
    "language": "py",
    "prompt": "def add(a, b):",
    "suffix": "    return total\n",
    "canonical_solution": "    total = a + b",
    "test": "assert add(1, 2) == 3\n",
}


def asked(answer: str, *, raw: bool = False) -> tuple[Answer, ScriptedBackend]:
    backend = ScriptedBackend([ScriptedAnswer(answer)])
    parts = Parts(InProcessModel(backend), Settings())
    return (fim.bare if raw else fim.ours)(ITEM, parts), backend


def test_the_bare_model_gets_the_items_own_text() -> None:
    answer, backend = asked("\n    total = a + b\n    more", raw=True)
    assert backend.requests[0].prompt == FimPrompt(ITEM["prompt"], ITEM["suffix"])
    assert fim.score(ITEM, {"output": answer.output})["exact match"] == (1, 1)


def test_the_bare_model_is_stopped_after_its_first_line() -> None:
    answer, _ = asked("\n    total = a + b\n    more of\n    the same", raw=True)
    assert "the same" not in answer.output


def test_the_product_is_asked_on_a_blank_line() -> None:
    answer, backend = asked("    total = a + b")
    assert backend.requests[0].prompt == FimPrompt("def add(a, b):\n", "\n    return total\n")
    assert fim.score(ITEM, {"output": answer.output})["exact match"] == (1, 1)
    assert answer.dropped is None


def test_nothing_shown_comes_with_the_reason() -> None:
    answer, _ = asked("")
    assert answer.output == ""
    assert answer.dropped
    assert fim.score(ITEM, {"output": ""}) == {"exact match": (0, 1), "tests pass": (0, 1)}


@pytest.mark.parametrize(
    ("output", "exact", "passing"),
    [
        ("\n    total = a + b\n    print(total)", 1, 1),
        ("\n    total = b + a", 0, 1),
        ("\n    total = a - b", 0, 0),
        ("\n\n", 0, 0),
    ],
)
def test_the_first_line_decides_and_another_right_one_passes(
    output: str, exact: int, passing: int
) -> None:
    scores = fim.score(ITEM, {"output": output})
    assert scores["exact match"] == (exact, 1)
    assert scores["tests pass"] == (passing, 1)


def test_what_is_no_python_is_compared_only() -> None:
    assert "tests pass" not in fim.score({**ITEM, "language": "java"}, {"output": "x"})
