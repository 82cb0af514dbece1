"""The agent from end to end: real projects, real tests, scripted answers.

The fixture ``run_fix`` checks after each run, however it ended, that the user's tree, ``.git``
included, is as it was, and that the copy is gone.
"""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.report import Outcome, Stage
from agent.tools import Event
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import Cancelled, UsageError

from .conftest import CALC, CALC_TEST, RIGHT, WRONG, RunFix, git, write_files

MakeProject = Callable[..., Path]

STILL_WRONG = "def total(numbers):\n    return 6 if len(numbers) == 2 else 0\n"
BREAKS_DOUBLE = """\
def total(numbers):
    global double
    double = lambda number: 0
    result = 0
    for number in numbers:
        result += number
    return result
"""


def test_right_answer_at_the_first_try(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert (report.cost.tries, report.cost.answers) == (1, 1)
    certificate = report.certificate
    assert certificate is not None
    assert certificate.fixed == ("tests/test_calc.py::test_total",)
    assert certificate.still_failing == ()
    assert certificate.totals_before == {"passed": 1, "failed": 1}
    assert certificate.totals_after == {"passed": 2}
    assert certificate.files == ("calc.py",)


def test_the_diff_applies_and_mends_the_tests(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    (project / "fix.diff").write_text(report.diff)
    git(project, "apply", "fix.diff")
    assert "result = 0" in (project / "calc.py").read_text()
    assert '"""Return the sum."""' in (project / "calc.py").read_text()
    assert report.changes[0].after == (project / "calc.py").read_text()


def test_right_answer_at_the_third_try(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project(), WRONG, STILL_WRONG, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.cost.tries == 3
    tested = [fallen for fallen in report.fallen if fallen.stage is not Stage.ANSWER]
    assert [fallen.number for fallen in tested] == [1, 2]
    assert {fallen.stage for fallen in tested} == {Stage.FAILING_TESTS}
    assert "assert 7 == 6" in tested[0].reason


def test_answers_that_wait_are_tested_before_the_model_is_asked_again(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """The one that came up twice first; the certificate says how the right one was written."""
    events: list[Event] = []
    answers = ["I cannot.", STILL_WRONG, RIGHT, WRONG, WRONG]
    report = run_fix(make_project(), *answers, on_event=events.append)
    assert report.outcome is Outcome.FIXED
    assert (report.cost.tries, report.cost.answers) == (3, 5)
    asked = [event.text for event in events if event.step.value == "propose"]
    assert asked == ["answer 1: rewriting total", "answers 2 to 5: rewriting total"]
    tried = [event.text for event in events if event.text.startswith("try")]
    assert [text for text in tried if "answer" in text] == [
        "try 1: failing tests with answer 4 for total",
        "try 2: failing tests with answer 2 for total",
        "try 3: failing tests with answer 3 for total",
    ]
    assert [(fallen.number, fallen.stage) for fallen in report.fallen] == [
        (1, Stage.ANSWER),
        (2, Stage.FAILING_TESTS),
        (4, Stage.FAILING_TESTS),
        (5, Stage.ANSWER),
    ]
    assert report.certificate is not None
    assert report.certificate.sampling.temperature == 0.8


def test_answers_that_bring_nothing_cost_no_try(make_project: MakeProject, run_fix: RunFix) -> None:
    same = CALC[CALC.index("def total") :]
    report = run_fix(
        make_project(), "I cannot.", "def other():\n    pass", same, WRONG, WRONG, RIGHT
    )
    assert report.outcome is Outcome.FIXED
    assert (report.cost.tries, report.cost.answers) == (2, 9)
    reasons = [fallen.reason for fallen in report.fallen if fallen.stage is Stage.ANSWER]
    assert reasons[:4] == [
        "it has no function total",
        "it has no function total",
        "it is the function as it was",
        "it repeats an earlier answer",
    ]
    assert len(report.fallen) == 8


def test_fix_that_breaks_another_test_is_refused(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """The failing test passes alone, but a test that passed no longer does."""
    tests = CALC_TEST.replace("def test_double", "def test_z_double")
    files = {
        "calc.py": CALC,
        "tests/test_calc.py": tests,
        "tests/test_z.py": (
            "import calc\n\n\n"
            "def test_again():\n    calc.total([])\n    assert calc.double(4) == 8\n"
        ),
    }
    report = run_fix(make_project(files), BREAKS_DOUBLE, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.fallen[0].stage is Stage.SUITE
    assert "tests/test_z.py::test_again" in report.fallen[0].reason


def test_new_undefined_name_is_refused_before_any_test(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    report = run_fix(make_project(), "def total(numbers):\n    return summe(numbers)\n", RIGHT)
    assert report.fallen[0].stage is Stage.RUFF
    assert "summe" in report.fallen[0].reason
    assert report.cost.tries == 1


def test_answer_that_edits_the_test_has_no_effect(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    answer = "def test_total():\n    assert True\n"
    report = run_fix(make_project(), answer)
    assert report.outcome is Outcome.NO_FIX
    assert report.diff == ""
    assert report.fallen[0].reason == "it has no function total"


def test_code_that_rewrites_the_test_file_is_refused(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """A function that makes its own test pass by changing it is no fix."""
    cheat = """\
def total(numbers):
    from pathlib import Path
    for path in Path(__file__).parent.glob("tests/test_*.py"):
        path.write_text("def test_double(): pass\\ndef test_total(): pass\\n")
    return 6
"""
    report = run_fix(make_project(), cheat)
    assert report.outcome is Outcome.NO_FIX
    assert report.fallen[0].stage is Stage.TESTS_UNTOUCHED


def test_process_that_ends_itself_has_not_passed(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """Exit code 0 alone proves nothing: each test must be reported as passed."""
    report = run_fix(make_project(), "def total(numbers):\n    import os\n    os._exit(0)\n")
    assert report.outcome is Outcome.NO_FIX
    assert report.fallen[0].stage is Stage.FAILING_TESTS


def test_hanging_test_is_ended_and_can_be_mended(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    loop = CALC.replace("result = 1", "result = 0\n    while True:\n        pass")
    files = {"calc.py": loop, "tests/test_calc.py": CALC_TEST}
    project = make_project(files)
    started = time.monotonic()
    report = run_fix(project, RIGHT, settings=FixSettings(test_seconds=4))
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.totals_before == {"passed": 1, "hung": 1}
    assert time.monotonic() - started < 60


def test_answer_that_hangs_is_refused(make_project: MakeProject, run_fix: RunFix) -> None:
    endless = "def total(numbers):\n    while True:\n        pass\n"
    report = run_fix(make_project(), endless, RIGHT, settings=FixSettings(test_seconds=4))
    assert report.outcome is Outcome.FIXED
    assert "did not end" in report.fallen[0].reason


def test_answer_that_hangs_does_not_take_all_the_time_a_suite_may(
    make_project: MakeProject, run_fix: RunFix, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit follows from what the tests took as they were."""
    monkeypatch.setattr("agent.steps.verify._LEAST_SECONDS", 1.0)
    endless = "def total(numbers):\n    while True:\n        pass\n"
    report = run_fix(make_project(), endless, RIGHT, settings=FixSettings(test_seconds=90))
    assert report.outcome is Outcome.FIXED
    assert "did not end" in report.fallen[0].reason
    assert report.cost.seconds < 60


def test_test_that_prints_a_hundred_megabytes(make_project: MakeProject, run_fix: RunFix) -> None:
    loud = (
        CALC_TEST + "\n\ndef test_loud():\n    for _ in range(100):\n        print('x' * 2**20)\n"
    )
    pytest_options = "[tool.pytest.ini_options]\naddopts = '-s'\n"
    files = {"calc.py": CALC, "tests/test_calc.py": loud, "pyproject.toml": pytest_options}
    report = run_fix(make_project(files), RIGHT)
    assert report.outcome is Outcome.FIXED


def test_test_that_deletes_its_working_directory(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """Every run starts from the user's state again, whatever an earlier one did to the copy."""
    rude = CALC_TEST + (
        "\n\ndef test_rude():\n"
        "    import shutil\n    from pathlib import Path\n"
        "    for path in Path.cwd().iterdir():\n"
        "        shutil.rmtree(path) if path.is_dir() else path.unlink()\n"
    )
    report = run_fix(make_project({"calc.py": CALC, "tests/test_calc.py": rude}), WRONG, RIGHT)
    assert report.outcome is Outcome.NO_FIX
    assert {fallen.stage for fallen in report.fallen} >= {Stage.FAILING_TESTS}


def test_uncommitted_and_untracked_state_is_what_is_mended(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """The committed code is right; the bug is uncommitted, and its test is not tracked at all."""
    project = make_project({"calc.py": CALC.replace("result = 1", "result = 0"), "old.py": "1/0\n"})
    write_files(project, {"calc.py": CALC, "tests/test_calc.py": CALC_TEST})
    (project / "old.py").unlink()
    report = run_fix(project, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert git(project, "status", "--porcelain").split() == [
        *("M", "calc.py"),
        *("D", "old.py"),
        *("??", "tests/"),
    ]


def test_repository_without_commits(make_project: MakeProject, run_fix: RunFix) -> None:
    assert run_fix(make_project(commit=False), RIGHT).outcome is Outcome.FIXED


def test_project_in_a_subfolder_of_its_repository(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    files = {"pyproject.toml": "", "calc.py": CALC, "tests/test_calc.py": CALC_TEST}
    top = make_project({f"libs/sums/{name}": text for name, text in files.items()})
    report = run_fix(top / "libs" / "sums", RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.diff.startswith("--- a/libs/sums/calc.py\n")
    assert report.folder == "libs/sums"


def test_source_folder_and_package(make_project: MakeProject, run_fix: RunFix) -> None:
    """The copy's own ``src`` wins over whatever is installed."""
    files = {
        "pyproject.toml": "",
        "src/sums/__init__.py": "from sums.calc import total\n",
        "src/sums/calc.py": CALC,
        "tests/test_calc.py": CALC_TEST.replace("calc", "sums.calc"),
    }
    report = run_fix(make_project(files), RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].path == "src/sums/calc.py"


def test_path_with_spaces_and_umlauts(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project(name="mein Projekt für später"), RIGHT)
    assert report.outcome is Outcome.FIXED


def test_method_keeps_its_place_and_indentation(make_project: MakeProject, run_fix: RunFix) -> None:
    files = {
        "stack.py": "class Stack:\n    def __init__(self):\n        self.items = []\n\n"
        "    def push(self, item):\n        self.items.append(self)\n\n"
        "    def size(self):\n        return len(self.items)\n",
        "test_stack.py": "from stack import Stack\n\n\ndef test_push():\n"
        "    stack = Stack()\n    stack.push(3)\n    assert stack.items == [3]\n",
    }
    answer = "def push(self, item):\n    self.items.append(item)\n"
    report = run_fix(make_project(files), *[answer] * 12)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == files["stack.py"].replace("append(self)", "append(item)")


def test_only_the_named_tests_are_looked_at(make_project: MakeProject, run_fix: RunFix) -> None:
    """The other failing test is compared, and named as still failing."""
    other = "def test_unrelated():\n    assert False\n"
    files = {"calc.py": CALC, "tests/test_a.py": other, "tests/test_calc.py": CALC_TEST}
    report = run_fix(make_project({**files, "pyproject.toml": ""}) / "tests/test_calc.py", RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.still_failing == ("tests/test_a.py::test_unrelated",)
    assert report.certificate.totals_after == {"passed": 2, "failed": 1}


def test_own_command_and_a_path_look_at_those_tests_only(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    other = "def test_unrelated():\n    assert False\n"
    files = {"calc.py": CALC, "tests/test_a.py": other, "tests/test_calc.py": CALC_TEST}
    project = make_project({**files, "pyproject.toml": ""})
    command = f"{sys.executable} -m pytest"
    report = run_fix(project / "tests/test_calc.py", RIGHT, test=command)
    assert report.failing == ("tests/test_calc.py::test_total",)
    assert report.outcome is Outcome.FIXED


def test_nothing_fails(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project({"calc.py": CALC, "test_calc.py": "def test_it():\n    pass\n"})
    report = run_fix(project)
    assert report.outcome is Outcome.NOTHING_FAILS
    assert "1 passed" in report.summary
    assert report.cost.answers == 0


def test_no_tests_at_all(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project({"calc.py": CALC}))
    assert report.outcome is Outcome.CANNOT_RUN
    assert report.summary == "no tests were found"
    assert report.advice is not None


def test_tests_that_cannot_be_collected(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project({"test_it.py": "import a_module_that_is_not_there\n"}))
    assert report.outcome is Outcome.CANNOT_RUN
    assert "test_it.py cannot be collected" in report.summary
    assert "a_module_that_is_not_there" in report.summary
    assert report.advice is not None


def test_one_file_that_cannot_be_collected_does_not_hide_the_others(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    files = {"calc.py": CALC, "test_bad.py": "import not_there\n", "test_calc.py": CALC_TEST}
    report = run_fix(make_project(files), RIGHT)
    assert report.outcome is Outcome.FIXED
    assert any("test_bad.py" in note for note in report.notes)


def test_broken_pytest_configuration_is_told(make_project: MakeProject, run_fix: RunFix) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = --no-such-option\n", "test_it.py": CALC_TEST}
    report = run_fix(make_project(files))
    assert report.outcome is Outcome.CANNOT_RUN
    assert "pytest cannot run" in report.summary


def test_own_command_with_pytest_in_it_is_understood_test_by_test(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    report = run_fix(make_project(), WRONG, RIGHT, test=f"{sys.executable} -m pytest -x -q")
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.totals_after == {"passed": 2}


def test_own_command_without_pytest_counts_by_its_exit_code(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    files = {"calc.py": CALC, "check.py": "from calc import total\nassert total([2]) == 2\n"}
    report = run_fix(make_project(files), WRONG, RIGHT, test=f"{sys.executable} check.py")
    assert report.outcome is Outcome.NO_FIX
    assert "could be connected" in report.summary


def test_unittest_is_localised_by_its_traceback(make_project: MakeProject, run_fix: RunFix) -> None:
    raising = CALC.replace("result = 1", "result = None")
    case = (
        "import unittest\n\nfrom calc import total\n\n\nclass TestTotal(unittest.TestCase):\n"
        "    def test_it(self):\n        self.assertEqual(total([1, 2, 3]), 6)\n"
    )
    project = make_project({"calc.py": raising, "test_calc.py": case})
    report = run_fix(project, WRONG, RIGHT, test=f"{sys.executable} -m unittest -q")
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.totals_after == {"passed": 1}


def test_tries_are_limited(make_project: MakeProject, run_fix: RunFix) -> None:
    answers = [f"def total(numbers):\n    return {number}\n" for number in range(10, 20)]
    report = run_fix(make_project(), *answers, settings=FixSettings(max_tries=2))
    assert report.outcome is Outcome.NO_FIX
    assert report.cost.tries == 2
    assert report.summary == "no verified fix: all 2 tries are used up"
    assert report.notes[-1] == "2 more answers were not tested"


def test_tokens_are_limited(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project(), WRONG, RIGHT, settings=FixSettings(max_tokens=5))
    assert report.outcome is Outcome.NO_FIX
    assert report.cost.tokens_written == 5
    assert report.summary == "no verified fix: 5 tokens are written"


def test_seconds_are_limited(make_project: MakeProject, run_fix: RunFix) -> None:
    """A run of the tests gets no more time than the whole run has left."""
    slow = CALC_TEST + "\n\ndef test_slow():\n    import time\n    time.sleep(60)\n"
    project = make_project({"calc.py": CALC, "test_calc.py": slow})
    report = run_fix(project, RIGHT, settings=FixSettings(max_seconds=2))
    assert report.outcome is not Outcome.FIXED
    assert report.cost.seconds < 50


def test_answers_without_end_are_limited(make_project: MakeProject, run_fix: RunFix) -> None:
    """A model that has nothing (more) to say ends the run."""
    report = run_fix(make_project(), settings=FixSettings(max_tries=2))
    assert report.outcome is Outcome.NO_FIX
    assert report.cost.answers == 6


def test_cancelling_ends_the_running_tests(make_project: MakeProject, run_fix: RunFix) -> None:
    """Within a moment, with nothing left running."""
    slow = "import subprocess\n\n\ndef test_slow():\n    subprocess.run(['sleep', '61.5'])\n"
    project = make_project({"test_slow.py": slow})
    cancellation = Cancellation()

    def when_running(_: Event) -> None:
        threading.Timer(2.5, cancellation.cancel).start()

    started = time.monotonic()
    with pytest.raises(Cancelled):
        run_fix(project, cancellation=cancellation, on_event=when_running)
    assert time.monotonic() - started < 15
    assert "sleep 61.5" not in command_lines()


def command_lines() -> str:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def test_test_command_that_does_not_exist(make_project: MakeProject, run_fix: RunFix) -> None:
    with pytest.raises(UsageError, match="no-such-program cannot be found"):
        run_fix(make_project(), test="no-such-program --all")


def test_progress_names_each_step(make_project: MakeProject, run_fix: RunFix) -> None:
    events: list[Event] = []
    run_fix(make_project(), RIGHT, on_event=events.append)
    steps = list(dict.fromkeys(event.step.value for event in events))
    assert steps == ["reproduce", "localise", "propose", "verify", "deliver"]
    assert [event.seconds for event in events] == sorted(event.seconds for event in events)
