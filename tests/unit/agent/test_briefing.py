"""What the model is told: enough, bounded, and the same each time."""

from pathlib import Path, PurePosixPath

from agent.briefing import MAX_CONTEXT, MAX_FAILURES, MAX_TEST, Briefing, briefing
from agent.results import CaseResult, Failure, Frame, Verdict
from agent.sources import Sources

from .conftest import CALC, CALC_TEST, write_files


def told(
    tmp_path: Path, *cases: CaseResult, code: str = CALC, test: str = CALC_TEST, name: str = "total"
) -> Briefing:
    write_files(tmp_path, {"calc.py": code, "tests/test_calc.py": test})
    sources = Sources(tmp_path, PurePosixPath())
    source = sources.read(PurePosixPath("calc.py"))
    assert source is not None
    target = source.named(name)
    assert target is not None
    return briefing(source, target, cases or [failed()], sources)


def failed(
    name: str = "test_total", message: str = "assert 7 == 6", verdict: Verdict = Verdict.FAILED
) -> CaseResult:
    frames = (Frame("tests/test_calc.py", 9, "test_total"), Frame("calc.py", 13, "total"))
    failure = Failure("AssertionError", message, frames, (("numbers", "[1, 2, 3]"),))
    return CaseResult(
        f"tests/test_calc.py::{name}[x]", verdict, "tests/test_calc.py", 8, "test_total", failure
    )


def test_short_file_is_shown_whole(tmp_path: Path) -> None:
    found = told(tmp_path)
    assert found.context == CALC.strip("\n")
    assert (found.path, found.function) == ("calc.py", "total")


def test_source_of_the_failing_test_is_shown(tmp_path: Path) -> None:
    found = told(tmp_path)
    assert found.test_path == "tests/test_calc.py"
    assert found.test == "def test_total():\n    assert total([1, 2, 3]) == 6"


def test_failure_says_with_what_and_where(tmp_path: Path) -> None:
    found = told(tmp_path)
    assert "`test_total` with numbers = [1, 2, 3] fails" in found.failures
    assert "AssertionError: assert 7 == 6" in found.failures
    assert "at line `result += number` of `total`" in found.failures


def test_endless_loop_is_called_that(tmp_path: Path) -> None:
    assert "endless loop" in told(tmp_path, failed(verdict=Verdict.HUNG)).failures


def test_failure_without_an_exception_shows_the_output(tmp_path: Path) -> None:
    case = CaseResult("make check", Verdict.FAILED, failure=Failure(text="Segmentation fault"))
    found = told(tmp_path, case)
    assert "Segmentation fault" in found.failures
    assert found.test_path == "the test command"


def test_only_the_shortest_few_of_many_failures_are_told(tmp_path: Path) -> None:
    cases = [failed(message="x" * length) for length in range(20, 0, -1)]
    found = told(tmp_path, *cases)
    assert found.failures.count("fails:") == MAX_FAILURES
    assert "AssertionError: x\n" in found.failures


def test_long_file_becomes_an_outline_around_the_function(tmp_path: Path) -> None:
    filler = "\n".join(
        f'def filler_{n}(a):\n    """Say {n}."""\n    return {n}\n' for n in range(90)
    )
    code = f"import os\n\nLIMIT = 3\n\n\nclass Sums:\n    unit = 1\n\n{indented(CALC)}\n\n{filler}"
    found = told(tmp_path, code=code, name="Sums.total")
    assert len(found.context) <= MAX_CONTEXT
    for expected in ("import os", "LIMIT = 3", "class Sums:", "unit = 1", "result += number"):
        assert expected in found.context
    assert "def double(number):\n        ..." in found.context
    assert "return number + number" not in found.context


def indented(code: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in code.split("\n"))


def test_everything_is_bounded(tmp_path: Path) -> None:
    body = "\n".join(f"    assert {number}" for number in range(5000))
    test = CALC_TEST.replace("    assert total([1, 2, 3]) == 6", body)
    found = told(tmp_path, failed(message="y" * 10**6), test=test)
    assert len(found.test) <= MAX_TEST
    assert len(found.failures) < 2000
