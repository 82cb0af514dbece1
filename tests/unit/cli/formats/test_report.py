import dataclasses
from pathlib import Path

from codegen_lsp.cli.formats.report import Report, summary
from codegen_lsp.document.changes import ChangeSet


def test_findings_are_in_the_order_of_their_places(report: Report) -> None:
    assert [finding.first_line for finding in report.in_order()] == [1, 3, 4]


def test_of_two_at_one_place_the_graver_comes_first(report: Report) -> None:
    grave = report.in_order()[0]
    mild = dataclasses.replace(report.findings[1], span=grave.span)
    report.findings.insert(0, mild)
    assert report.in_order()[:2] == [grave, mild]


def test_the_summary_counts(report: Report) -> None:
    assert summary(report) == (
        "3 findings (1 error, 1 warning, 1 info) in 1 changed file; "
        "1 of the model's claims did not pass the checks; 1 file skipped"
    )


def test_the_summary_of_nothing() -> None:
    assert summary(Report(ChangeSet(Path(), "t", ()))) == "no findings in 0 changed files"
