"""The plugin in a real pytest, read back: each way a test can end, told test by test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent import pytest_plugin
from agent.checks import PLUGIN
from agent.pytest_results import read_results
from agent.results import CaseResult, Verdict

from .conftest import write_files

ENDINGS = """\
import pytest


@pytest.fixture
def broken():
    raise OSError("no fixture")


@pytest.fixture
def leaves_badly():
    yield
    raise OSError("bad end")


def test_passes():
    pass


def test_fails():
    assert 1 + 1 == 3


def test_skips():
    pytest.skip("not today")


@pytest.mark.xfail
def test_fails_as_expected():
    assert False


@pytest.mark.xfail(strict=True)
def test_passes_unexpectedly():
    pass


def test_breaks_before(broken):
    pass


def test_breaks_after(leaves_badly):
    pass


class TestGroup:
    @pytest.mark.parametrize("number", [1, 2])
    def test_in_class(self, number):
        raise ValueError("odd") from KeyError("cause")
"""


def run_pytest(
    tree: Path, files: Mapping[str, str], *arguments: str, **variables: str
) -> tuple[dict[str, CaseResult], dict[str, CaseResult]]:
    """Run pytest with the plugin on ``files`` and return tests and uncollected files by name."""
    write_files(tree, files)
    results, plugins = tree.parent / "results", tree.parent / "plugins"
    for folder in (results, plugins):
        folder.mkdir(exist_ok=True)
    source = Path(pytest_plugin.__file__).read_text()
    (plugins / f"{PLUGIN}.py").write_text(source)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTHONPATH": str(plugins),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": f"-p {PLUGIN} -p no:cacheprovider",
        "CODEGEN_FIX_RESULTS": str(results),
        **variables,
    }
    subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    found = read_results(results, tree, tree.parent / "original")
    assert found is not None
    cases, uncollected = found
    return {case.case: case for case in cases}, {case.case: case for case in uncollected}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def test_each_ending_is_told(tree: Path) -> None:
    cases, _ = run_pytest(tree, {"test_e.py": ENDINGS})
    verdicts = {name.rpartition("::")[2]: case.verdict for name, case in cases.items()}
    assert verdicts == {
        "test_passes": Verdict.PASSED,
        "test_fails": Verdict.FAILED,
        "test_skips": Verdict.SKIPPED,
        "test_fails_as_expected": Verdict.SKIPPED,
        "test_passes_unexpectedly": Verdict.FAILED,
        "test_breaks_before": Verdict.ERROR,
        "test_breaks_after": Verdict.ERROR,
        "test_in_class[1]": Verdict.FAILED,
        "test_in_class[2]": Verdict.FAILED,
    }


def test_failure_says_what_where_and_with_what(tree: Path) -> None:
    cases, _ = run_pytest(tree, {"sub/test_e.py": ENDINGS})
    case = cases["sub/test_e.py::TestGroup::test_in_class[2]"]
    assert case.path == "sub/test_e.py"
    assert case.function == "test_in_class"
    assert (
        case.line == ENDINGS.split("\n").index('    @pytest.mark.parametrize("number", [1, 2])') + 1
    )
    assert (case.failure.kind, case.failure.message) == ("ValueError", "odd")
    assert case.failure.parameters == (("number", "2"),)
    assert case.failure.frames[-1].path == "sub/test_e.py"
    assert case.failure.frames[-1].function == "test_in_class"
    assert "assert (1 + 1) == 3" in cases["sub/test_e.py::test_fails"].failure.message


def test_options_of_the_project_do_not_cut_the_run_short(tree: Path) -> None:
    """``-x`` in its configuration would leave most tests without a result."""
    files = {"test_e.py": ENDINGS, "pytest.ini": "[pytest]\naddopts = -x -q --tb=no\n"}
    cases, _ = run_pytest(tree, files)
    assert len(cases) == 9


def test_first_failure_ends_the_run_when_asked_to(tree: Path) -> None:
    cases, _ = run_pytest(tree, {"test_e.py": ENDINGS}, CODEGEN_FIX_FIRST_FAILURE="1")
    assert [name.rpartition("::")[2] for name in cases] == ["test_passes", "test_fails"]


def test_only_the_tests_asked_for_run(tree: Path) -> None:
    (tree.parent / "only.json").write_text('["test_e.py::TestGroup::test_in_class[2]"]')
    only = str(tree.parent / "only.json")
    cases, _ = run_pytest(tree, {"test_e.py": ENDINGS}, CODEGEN_FIX_ONLY=only)
    assert list(cases) == ["test_e.py::TestGroup::test_in_class[2]"]


def test_file_that_cannot_be_collected_is_told_and_the_others_run(tree: Path) -> None:
    files = {"test_bad.py": "import nowhere_to_be_found\n", "test_good.py": "def test_it(): pass\n"}
    cases, uncollected = run_pytest(tree, files)
    assert list(cases) == ["test_good.py::test_it"]
    failure = uncollected["test_bad.py"].failure
    assert failure.kind == "ModuleNotFoundError"
    assert "nowhere_to_be_found" in failure.message


def test_test_that_takes_the_process_with_it_is_known_by_name(tree: Path) -> None:
    files = {"test_x.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\n"}
    cases, _ = run_pytest(tree, files)
    assert cases["test_x.py::test_a"].verdict is Verdict.PASSED
    assert cases["test_x.py::test_b"].verdict is Verdict.HUNG
    assert cases["test_x.py::test_b"].path == "test_x.py"
    assert cases["test_x.py::test_b"].line == 3


def test_exceptions_that_cannot_be_shown(tree: Path) -> None:
    code = (
        "class Odd(Exception):\n    def __str__(self): raise RuntimeError\n"
        "    __repr__ = __str__\n\n\ndef test_it():\n    raise Odd\n"
    )
    cases, _ = run_pytest(tree, {"test_x.py": code})
    failure = cases["test_x.py::test_it"].failure
    assert failure.kind == "Odd"
    assert "cannot be shown" in failure.message


def test_endless_recursion_is_bounded(tree: Path) -> None:
    code = "def f(n):\n    return f(n + 1)\n\n\ndef test_it():\n    f(0)\n"
    cases, _ = run_pytest(tree, {"test_x.py": code})
    failure = cases["test_x.py::test_it"].failure
    assert failure.kind == "RecursionError"
    assert len(failure.frames) == pytest_plugin.MAX_FRAMES


def test_folders_of_the_users_own_tree_on_the_path_become_those_of_the_copy(tree: Path) -> None:
    """As an editable install puts them there."""
    original = tree.parent / "original"
    write_files(original, {"lib/which.py": "NAME = 'original'\n"})
    write_files(
        tree.parent,
        {"plugins/sitecustomize.py": f"import sys\nsys.path.append({str(original / 'lib')!r})\n"},
    )
    files = {
        "lib/which.py": "NAME = 'copy'\n",
        "test_x.py": "import which\ndef test_it(): assert which.NAME == 'copy'\n",
    }
    cases, _ = run_pytest(
        tree, files, CODEGEN_FIX_ORIGINAL=str(original), CODEGEN_FIX_TREE=str(tree)
    )
    assert cases["test_x.py::test_it"].verdict is Verdict.PASSED
