"""A bug in two functions: what leads further is built on, what only seems to is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.report import Outcome
from agent.run import Frame, fix, resume
from agent.runs import runs_in
from agent.state import Step
from agent.tools import Aim, Event
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

from .conftest import RunFix, everything_in, git

MakeProject = Callable[..., Path]

CODE = """\
def encode(text):
    return [ord(letter) + 1 for letter in text]


def decode(numbers):
    return "".join(chr(number + 1) for number in numbers)
"""
TEST = """\
from code_a import decode, encode


def test_code():
    assert encode("abc") == [97, 98, 99]
    assert decode([97, 98, 99]) == "abc"


def test_empty():
    assert encode("") == []
"""
FILES = {"code_a.py": CODE, "test_a.py": TEST, "pyproject.toml": ""}

ENCODE = "def encode(text):\n    return [ord(letter) for letter in text]\n"
DECODE = 'def decode(numbers):\n    return "".join(chr(number) for number in numbers)\n'
NOTHING = ["I cannot."] * 8
"""Answers up to half of those that four tries allow, after the first."""

SETTINGS = FixSettings(max_tries=4, test_seconds=30, mutants=False)


def test_fix_of_two_functions(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project(FILES)
    report = run_fix(project, ENCODE, *NOTHING, DECODE)
    assert report.outcome is Outcome.FIXED
    certificate = report.certificate
    assert certificate is not None
    assert certificate.function == "encode and decode"
    assert certificate.fixed == ("test_a.py::test_code",)
    assert certificate.totals_after == {"passed": 2}
    assert "built on answer 1 for encode" in " ".join(report.notes)
    (project / "fix.diff").write_text(report.diff)
    git(project, "apply", "fix.diff")
    assert (project / "code_a.py").read_text() == report.changes[0].after
    assert report.changes[0].before == CODE


def test_what_failed_before_is_tried_again_on_the_ground(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """The second function was mended already, when the first was not."""
    answers = [ENCODE, *NOTHING, DECODE, *["I cannot."] * 5, DECODE]
    settings = FixSettings(max_tries=8, test_seconds=30)
    report = run_fix(make_project(FILES), *answers, settings=settings)
    assert [each.number for each in report.fallen if each.stage == "failing tests"] == [1, 10]
    assert report.outcome is Outcome.FIXED


def test_functions_of_two_files(make_project: MakeProject, run_fix: RunFix) -> None:
    first, second = CODE.split("\n\n\n")
    files = {
        "code_a.py": f"{first}\n",
        "code_b.py": second,
        "test_a.py": TEST.replace(
            "from code_a import decode, encode",
            "from code_a import encode\nfrom code_b import decode",
        ),
    }
    report = run_fix(make_project(files), ENCODE, *NOTHING, DECODE)
    assert report.outcome is Outcome.FIXED
    assert [change.path for change in report.changes] == ["code_a.py", "code_b.py"]
    assert report.summary == "verified fix of encode and decode in code_a.py and code_b.py"
    assert report.certificate is not None
    assert report.certificate.files == ("code_a.py", "code_b.py")


def test_template_that_leads_further_is_built_on(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """Neither of the two small changes passes the test alone."""
    code = (
        "def low(numbers):\n    return max(numbers)\n\n\n"
        "def high(numbers):\n    return min(numbers)\n"
    )
    test = (
        "from code_a import high, low\n\n\ndef test_both():\n"
        "    assert low([1, 2, 3]) == 1\n    assert high([1, 2, 3]) == 3\n"
    )
    report = run_fix(
        make_project({"code_a.py": code, "test_a.py": test}),
        *["I cannot."] * 30,
        mutants=True,
    )
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == code.replace("max", "?").replace("min", "max").replace(
        "?", "min"
    )


SPECIAL_CASE = (
    'def encode(text):\n    if text == "abc":\n        return [97, 98, 99]\n'
    "    return [ord(letter) + 1 for letter in text]\n"
)
BREAKS_ANOTHER = (
    "def encode(text):\n    if not text:\n        return None\n"
    "    return [ord(letter) for letter in text]\n"
)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(SPECIAL_CASE, id="special case"),
        pytest.param(BREAKS_ANOTHER, id="breaks another test"),
    ],
)
def test_what_only_seems_to_lead_further_is_not_built_on(
    make_project: MakeProject, run_fix: RunFix, wrong: str
) -> None:
    report = run_fix(make_project(FILES), wrong, *NOTHING, DECODE)
    assert report.outcome is Outcome.NO_FIX
    assert not report.notes


def test_the_next_that_led_further_is_built_on_instead(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    report = run_fix(make_project(FILES), BREAKS_ANOTHER, ENCODE, *NOTHING[1:], DECODE)
    assert report.outcome is Outcome.FIXED
    assert "built on answer 2 for encode" in " ".join(report.notes)


def test_user_who_names_the_function_gets_that_one(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    aim = Aim(function="code_a.py:encode")
    report = run_fix(make_project(FILES), ENCODE, *NOTHING, DECODE, aim=aim)
    assert report.outcome is Outcome.NO_FIX


def test_run_that_was_broken_off_goes_on_from_its_ground(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(FILES)
    before = everything_in(project)

    def hear(event: Event) -> None:
        if event.step is Step.PROPOSE and event.text.endswith("rewriting decode"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fix(
            project,
            None,
            scripted(ENCODE, *NOTHING),
            SETTINGS,
            Cancellation(),
            hear,
            Frame(runs=tmp_path / "runs"),
        )
    [run] = runs_in(tmp_path / "runs")
    report = resume(run, scripted(DECODE), Cancellation())
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.function == "encode and decode"
    assert report.changes[0].before == CODE
    assert everything_in(project) == before


def scripted(*answers: str) -> InProcessModel:
    return InProcessModel(ScriptedBackend([ScriptedAnswer(f"{each}\n```\n") for each in answers]))
