"""Which functions a failing test gives reason to suspect."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from agent.results import CaseResult, Failure, Frame, Verdict
from agent.sources import Sources
from agent.state import Suspect
from agent.suspects import MAX_SUSPECTS, functions_behind, merged, suspects_of

from .conftest import write_files


def ranked(
    tmp_path: Path, files: Mapping[str, str], *frames: tuple[str, int], line: int = 0
) -> list[tuple[str, str]]:
    """Rank the suspects of ``test_it`` in ``test_a.py``."""
    write_files(tmp_path, files)
    found = suspects_of(case(files, *frames, line=line), Sources(tmp_path, PurePosixPath()))
    return [(suspect.name, suspect.reason) for suspect in found]


def case(files: Mapping[str, str], *frames: tuple[str, int], line: int = 0) -> CaseResult:
    lines = files["test_a.py"].split("\n")
    at = line or next(number for number, text in enumerate(lines, 1) if "def test_it" in text)
    failure = Failure(kind="E", frames=tuple(Frame(path, each, "?") for path, each in frames))
    return CaseResult("test_a.py::test_it", Verdict.FAILED, "test_a.py", at, failure=failure)


CODE = """\
def top():
    return middle()


def middle():
    return bottom()


def bottom():
    return 1 / 0


def unrelated():
    pass
"""
TEST = "from code_a import top\n\n\ndef test_it():\n    assert top() == 1\n"
FILES = {"code_a.py": CODE, "test_a.py": TEST}


def test_innermost_frame_is_suspected_most(tmp_path: Path) -> None:
    frames = (("test_a.py", 5), ("code_a.py", 2), ("code_a.py", 6), ("code_a.py", 10))
    names = [name for name, _ in ranked(tmp_path, FILES, *frames)]
    assert names[0] == "bottom"
    assert set(names) == {"top", "middle", "bottom"}


def test_without_a_traceback_what_is_called_is_suspected(tmp_path: Path) -> None:
    """An assertion fails in the test itself: its traceback ends there."""
    assert ranked(tmp_path, FILES, ("test_a.py", 5)) == [
        ("top", "called by the test"),
        ("middle", "called by top"),
        ("bottom", "called by middle"),
    ]


def test_frames_outside_the_project_say_nothing(tmp_path: Path) -> None:
    frames = (("/usr/lib/python3/json/decoder.py", 3), ("code_a.py", 10))
    assert ranked(tmp_path, FILES, *frames)[0] == ("bottom", "raised at line 10; called by middle")


def test_helpers_and_fixtures_lead_further(tmp_path: Path) -> None:
    files = {
        "code_a.py": CODE,
        "conftest.py": "import pytest\nimport code_a\n\n\n@pytest.fixture\ndef made():\n"
        "    return code_a.bottom()\n",
        "test_a.py": "from code_a import middle\n\n\ndef helper():\n    return middle()\n\n\n"
        "def test_it(made):\n    assert helper() == made\n",
    }
    names = [name for name, _ in ranked(tmp_path, files)]
    assert names[:2] == ["middle", "bottom"] or names[:2] == ["bottom", "middle"]
    assert "made" not in names
    assert "helper" not in names


def test_methods_are_found_by_their_bare_name(tmp_path: Path) -> None:
    """Without types it is not known what ``stack`` is; only imported files are looked at."""
    files = {
        "code_a.py": "class Stack:\n    def __init__(self):\n        self.reset()\n\n"
        "    def push(self, item):\n        pass\n\n    def reset(self):\n        pass\n",
        "other.py": "class Other:\n    def push(self):\n        pass\n",
        "test_a.py": "from code_a import Stack\n\n\ndef test_it():\n    stack = Stack()\n"
        "    stack.push(1)\n",
    }
    names = [name for name, _ in ranked(tmp_path, files)]
    assert set(names[:2]) == {"Stack.__init__", "Stack.push"}
    assert names[2:] == ["Stack.reset"]


def test_data_of_the_same_name_as_a_method_is_no_call(tmp_path: Path) -> None:
    """Only a property is called by mere access."""
    files = {
        "code_a.py": "class Node:\n    def successors(self):\n        pass\n\n"
        "    @property\n    def value(self):\n        pass\n",
        "test_a.py": "from code_a import Node\n\n\ndef test_it(node):\n"
        "    assert node.value in node.successors\n",
    }
    assert [name for name, _ in ranked(tmp_path, files)] == ["Node.value"]


def test_inner_functions_stand_for_the_outer_one(tmp_path: Path) -> None:
    files = {
        "code_a.py": "def outer():\n    def inner():\n        return 1 / 0\n    return inner()\n",
        "test_a.py": "from code_a import outer\n\n\ndef test_it():\n    outer()\n",
    }
    assert [name for name, _ in ranked(tmp_path, files, ("code_a.py", 3))] == ["outer"]


def test_recursion_counts_once(tmp_path: Path) -> None:
    frames = [("code_a.py", 10)] * 50
    found = ranked(tmp_path, FILES, *frames)
    assert found[0][1].count("line 10") == 1


def test_test_files_are_never_suspected(tmp_path: Path) -> None:
    files = {
        "tests/helper.py": "def helper():\n    return 1 / 0\n",
        "test_a.py": "from tests.helper import helper\n\n\ndef test_it():\n    helper()\n",
    }
    assert ranked(tmp_path, files, ("test_a.py", 5), ("tests/helper.py", 2)) == []


def test_test_that_calls_nothing_of_the_project(tmp_path: Path) -> None:
    files = {"code_a.py": CODE, "test_a.py": "def test_it():\n    assert False\n"}
    assert ranked(tmp_path, files) == []


def test_functions_behind_a_test_begin_with_the_test(tmp_path: Path) -> None:
    files = {"test_a.py": "def helper():\n    pass\n\n\ndef test_it():\n    helper()\n"}
    write_files(tmp_path, files)
    found = functions_behind(case(files), Sources(tmp_path, PurePosixPath()))
    assert [place.definition.name for place in found] == ["test_it", "helper"]


def test_rankings_of_several_tests_are_added_up() -> None:
    one = [Suspect("a.py", "f", "x", 5), Suspect("a.py", "g", "y", 4)]
    other = [Suspect("a.py", "g", "z", 4)]
    assert [suspect.name for suspect in merged([one, other])] == ["g", "f"]


def test_number_of_suspects_is_limited() -> None:
    many = [Suspect("a.py", f"f{number}", "", 1) for number in range(20)]
    assert len(merged([many])) == MAX_SUSPECTS
