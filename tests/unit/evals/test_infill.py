"""Random spans: the tests decide."""

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from tests.evals import infill
from tests.evals.kind import Parts

ITEM = {
    "id": "add/1",
    "language": "python",
    "prompt": "def add(a, b):\n    return a ",
    "suffix": " b\n",
    "canonical_solution": "+",
    "test": "\n\ndef check(candidate):\n    assert candidate(1, 2) == 3\n",
    "entry_point": "add",
}


def test_a_filling_is_run() -> None:
    assert infill.score(ITEM, {"output": "- -"})["tests pass"] == (1, 1)
    assert infill.score(ITEM, {"output": "-"})["tests pass"] == (0, 1)
    assert "tests pass of what is shown" not in infill.score(ITEM, {"output": ""})


def test_both_ways_of_asking_give_a_text_for_the_hole() -> None:
    for ask in (infill.ours, infill.bare):
        backend = ScriptedBackend([ScriptedAnswer("+")])
        answer = ask(ITEM, Parts(InProcessModel(backend), Settings()))
        assert infill.score(ITEM, {"output": answer.output})["exact match"] == (1, 1)
