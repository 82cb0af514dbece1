"""Single lines that the model fills in again, from end to end and hole by hole."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from agent.checks import TestCommand
from agent.mutations.holes import holes
from agent.report import FixReport, Outcome
from agent.run import fix
from agent.sources import Source
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.document.text import Document
from codegen_lsp.model.backend import Priority
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt

MakeProject = Callable[..., Path]

CODE = """def digit_sum(number):
    \"\"\"Add the digits.\"\"\"
    text = str(number)
    if number < 0:
        text = text[1:]
    return len(text)
"""
TEST = """from digits import digit_sum


def test_three():
    assert digit_sum(123) == 6


def test_one():
    assert digit_sum(-1) == 1
"""


def fixed(
    project: Path, line: str, command: str | None = None
) -> tuple[FixReport, ScriptedBackend]:
    """Run the agent on a model that writes no function, and ``line`` into each hole."""
    answers = [ScriptedAnswer(line, when="<hole>"), ScriptedAnswer("I cannot.\n```\n")]
    backend = ScriptedBackend(answers, repeat=True)
    settings = FixSettings(max_tries=2, test_seconds=30)
    test = TestCommand.parse(command) if command else None
    return fix(project, test, InProcessModel(backend), settings, Cancellation()), backend


def test_a_line_filled_again_is_verified_like_any_candidate(make_project: MakeProject) -> None:
    project = make_project({"digits.py": CODE, "test_digits.py": TEST})
    report, backend = fixed(project, "    return sum(map(int, text))\n")
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.mutation == "the line written again in line 6"
    [change] = report.changes
    assert change.after == CODE.replace("len(text)", "sum(map(int, text))")
    filled = [each for each in backend.requests if isinstance(each.prompt, FimPrompt)]
    assert {each.priority for each in filled} == {Priority.AGENT}
    assert all(each.beams > 1 for each in filled)


def test_a_missing_line_is_filled_in(make_project: MakeProject) -> None:
    code = CODE.replace("    return len(text)\n", "    return number\n")
    project = make_project({"digits.py": code, "test_digits.py": TEST})
    report, _ = fixed(project, "    number = sum(map(int, text))\n")
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.mutation == "another line in line 6"


def test_under_another_command_lines_are_tried_one_by_one(make_project: MakeProject) -> None:
    check = "from digits import digit_sum\n\nassert digit_sum(123) == 6\n"
    code = CODE.replace("len(text)", "text + 1")
    project = make_project({"digits.py": code, "check.py": check})
    report, _ = fixed(project, "    return sum(map(int, text))\n", "python3 check.py")
    assert report.outcome is Outcome.FIXED
    assert report.cost.mutants >= 1
    assert report.changes[0].after == CODE.replace("len(text)", "sum(map(int, text))")


def test_lines_that_help_nothing_are_no_candidates(make_project: MakeProject) -> None:
    project = make_project({"digits.py": CODE, "test_digits.py": TEST})
    report, _ = fixed(project, "    return 0\n")
    assert report.outcome is Outcome.NO_FIX
    assert report.cost.tries == 0


def test_the_most_suspicious_lines_come_first() -> None:
    source = Source(PurePosixPath("digits.py"), Document(CODE, "python"))
    target = source.named("digit_sum")
    assert target is not None
    found = holes(source, target, {6: 0.9, 3: 0.5})
    assert [hole.first for hole in found if not hole.is_gap] == [6, 3, 4, 5]
    assert [hole.first for hole in found if hole.is_gap] == [6, 7, 3, 4, 5]
    assert all(hole.last == hole.first - 1 for hole in found if hole.is_gap)


def test_headers_are_holes_and_long_statements_are_none() -> None:
    call = "".join(f"            {each},\n" for each in ("x", 1, 2))
    text = f"def f(a):\n    for x in a:\n        g(\n{call}        )\n"
    source = Source(PurePosixPath("f.py"), Document(text, "python"))
    target = source.named("f")
    assert target is not None
    found = [hole for hole in holes(source, target, {}) if not hole.is_gap]
    assert [(hole.first, hole.last, hole.suspicion) for hole in found] == [(2, 2, 1.0)]


def test_in_other_languages_lines_of_code_are_holes() -> None:
    text = "function f(a) {\n  // Say.\n  if (a) {\n    return 1;\n  }\n\n  return 2;\n}\n"
    source = Source(PurePosixPath("f.js"), Document(text, "javascript"))
    target = source.named("f")
    assert target is not None
    assert [hole.first for hole in holes(source, target, {}) if not hole.is_gap] == [3, 4, 7]
