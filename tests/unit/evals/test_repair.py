"""Repair: a diff is applied and tested again, whoever wrote it."""

from codegen_lsp.document.diff import unified_diff
from tests.evals import repair
from tests.evals.agreement import agreement
from tests.evals.repair_projects import project_of

BUGGY = "def add(a, b):\n    return a - b\n"
RIGHT = "def add(a, b):\n    return a + b\n"
NARROW = "def add(a, b):\n    return 3\n"
ITEM = {
    "id": "add",
    "entry_point": "add",
    "module": "add.py",
    "buggy": BUGGY,
    "test_file": "tests/test_add.py",
    "test": "from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "conftest": "",
    "pyproject": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "extra_files": {},
}
HIDDEN = "from add import add\n\n\ndef test_more():\n    assert add(2, 2) == 4\n"


def scored(after: str, *, tries: int = 1, **more: str) -> dict[str, tuple[int, int]]:
    diff = unified_diff(BUGGY, after, "add.py") if after != BUGGY else ""
    return repair.score({**ITEM, **more}, {"diff": diff, "tries": tries})


def test_a_right_diff_repairs() -> None:
    scores = scored(RIGHT, tries=3)
    assert scores["repaired"] == (1, 1)
    assert scores["repaired at the first try"] == (0, 1)
    assert scores["shown, but does not repair"] == (0, 1)


def test_hidden_tests_must_pass_as_well() -> None:
    scores = scored(NARROW, hidden_test=HIDDEN)
    assert scores["visible tests pass"] == (1, 1)
    assert scores["hidden tests pass"] == (0, 1)
    assert scores["repaired"] == (0, 1)
    assert scored(RIGHT, hidden_test=HIDDEN)["repaired"] == (1, 1)


def test_no_diff_repairs_nothing_and_shows_nothing() -> None:
    scores = scored(BUGGY)
    assert scores["repaired"] == (0, 1)
    assert scores["shown, but does not repair"] == (0, 0)


def test_a_diff_that_touches_a_test_repairs_nothing() -> None:
    diff = unified_diff(ITEM["test"], ITEM["test"].replace("== 3", "== -1"), "tests/test_add.py")
    assert repair.score(ITEM, {"diff": diff, "tries": 1})["repaired"] == (0, 1)


def test_neither_settings_nor_new_files_are_sources() -> None:
    assert repair.touches_sources_alone(unified_diff("a\n", "b\n", "add.py"))
    assert not repair.touches_sources_alone(unified_diff("a\n", "b\n", "pyproject.toml"))
    assert not repair.touches_sources_alone("--- /dev/null\n+++ b/more.py\n@@ -0,0 +1 @@\n+a\n")


def test_a_script_gets_a_project_with_a_program_that_tests_it() -> None:
    item = {"language": "js", "declaration": "f(", "buggy_solution": ") {}", "test": "f()"}
    project = project_of(item)
    assert project.files["solution.js"] == "f() {}"
    assert project.command is not None
    assert project.command[1] in project.files


def test_a_repair_is_compared_with_the_correct_program() -> None:
    assert scored(RIGHT, correct=RIGHT)["agrees with the correct program"] == (1, 1)
    assert scored(NARROW, correct=RIGHT)["agrees with the correct program"] == (0, 1)
    assert "agrees with the correct program" not in scored(BUGGY, correct=RIGHT)


def test_a_program_is_compared_on_inputs_that_are_literals() -> None:
    correct = RIGHT.replace("a + b", "a.value + b")
    item = {
        **ITEM,
        "test": (
            "from types import SimpleNamespace\n\nfrom add import add\n\n\n"
            "def test_add():\n    assert add(SimpleNamespace(value=1), 2) == 3\n"
        ),
        "correct": correct,
    }
    assert agreement(item, correct) == (0, 0)


def test_what_a_dictionary_holds_is_compared_and_not_how_it_is_made() -> None:
    correct = (
        "from collections import defaultdict\n\n\n"
        "def add(a, b):\n    sums = defaultdict(lambda: 0)\n    sums[a] += b\n    return sums\n"
    )
    test = "from add import add\n\n\ndef test_add():\n    assert add(1, 2) == {1: 2}\n"
    item = {**ITEM, "test": test, "correct": correct}
    agreeing, compared = agreement(item, correct)
    assert agreeing == compared > 1
