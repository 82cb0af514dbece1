"""The text for a pull request says what was verified; nothing in it can break out of its place."""

from dataclasses import replace

import pytest

from agent.report import FixReport, Outcome
from codegen_lsp.cli.fixing.markdown import code, fenced, markdown_of


def test_everything_that_was_verified_is_told(report: FixReport) -> None:
    text = markdown_of(report)
    for said in (
        "## codegen fix: verified fix of total in calc.py",
        "2 failed, 5 passed",
        "1 failed, 6 passed, nothing newly failing",
        "`test_b.py::test_other`",
        "`test_c.py::test_now_and_then`",
        "3 untouched, sha256 `" + "d" * 64,
        "temperature 0.6, seed 17",
        "sha256 `" + "e" * 64,
        "2 tries of 5 answers and 7 mutants, 12.5 s (model 8.2, tests 3.0), 310 tokens written",
        "`" + "b" * 40 + "`",
    ):
        assert said in text


def test_names_stay_in_their_cell_and_the_diff_in_its_block(report: FixReport) -> None:
    text = markdown_of(report)
    [row] = [line for line in text.splitlines() if line.startswith("| Failed before")]
    assert row.replace("\\|", "").count("|") == 3
    assert "`````" not in text
    assert text.count("````") == 4  # twice around the name, twice around the diff


def test_without_a_fix_it_says_what_to_do(report: FixReport) -> None:
    none = replace(
        report,
        outcome=Outcome.CANNOT_RUN,
        summary="no tests were found",
        advice="name *them*",
        certificate=None,
        diff="",
        changes=(),
        fallen=(),
        notes=(),
    )
    assert markdown_of(none) == (
        "## codegen fix: no tests were found\n\n**Next:** name \\*them\\*\n"
    )


def test_code_with_ticks_at_its_ends() -> None:
    assert code("`a` ``b``") == "``` `a` ``b`` ```"
    assert fenced("````\n", "diff") == "`````diff\n````\n`````"


@pytest.mark.parametrize(
    ("by_model", "told"),
    [
        (False, "`a template, not the model: the line in line 3`"),
        (True, "`a-model (sha256 eeeeeeeeeeee), the line in line 3`"),
    ],
)
def test_who_made_the_change_is_told(report: FixReport, by_model: bool, told: str) -> None:  # noqa: FBT001 - a case
    assert report.certificate is not None
    made = replace(report.certificate, mutation="the line in line 3", by_model=by_model)
    assert told in markdown_of(replace(report, certificate=made))
