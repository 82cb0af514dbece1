import dataclasses
import io

from rich.console import Console

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.cli.formats.text_report import framed_finding, plain_finding
from codegen_lsp.document.text import Document, Position, Span

PLAIN = """\
with space/ünï,50%.py:4:14: warning: It divides by zero: always, 100% of the time. \
[bug, grounded: a-model review-bug]
    suggested: return '🐍', ä"""

FRAMED = """\
warning bug: It divides by zero: always, 100% of the time.
  --> with space/ünï,50%.py:4:14  grounded (a-model review-bug)
 3 | def f(ä):
 4 |     return '🐍', ä / 0
   |                 ^^^^^
 5 | last = 1
suggested: return '🐍', ä
"""


def drawn(report: Report, document: Document | None = None) -> str:
    document = document or report.changes.files[0].document
    console = Console(file=io.StringIO(), color_system=None, width=200, highlight=False)
    console.print(framed_finding(report.findings[0], document), end="")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_plain_finding_is_a_line_that_editors_read(report: Report) -> None:
    assert plain_finding(report.findings[0]) == PLAIN


def test_a_removal_is_said_in_words(report: Report) -> None:
    assert plain_finding(report.findings[2]).endswith("\n    suggested: remove it")


def test_a_frame_shows_the_code_and_marks_it(report: Report) -> None:
    assert drawn(report) == FRAMED


def test_a_frame_at_the_edge_of_the_file(report: Report) -> None:
    report.findings = [report.findings[2]]
    assert " 1 | import os\n   |        ^^\n 2 |\n" in "\n".join(
        line.rstrip() for line in drawn(report).split("\n")
    )


def test_a_very_long_finding_shows_its_beginning(report: Report) -> None:
    span = Span(Position(0, 0), Position(499, 0))
    report.findings = [dataclasses.replace(report.findings[1], span=span)]
    assert drawn(report, Document("x = 1\n" * 500)).count("x = 1") < 20


def test_neither_code_nor_names_nor_words_reach_the_terminal_as_commands(report: Report) -> None:
    evil = "\x1b]0;title\x07\x9b31m"
    finding = dataclasses.replace(
        report.findings[0], path=f"a{evil}.py", message=evil, suggestion=f"x{evil}"
    )
    report.findings = [finding]
    document = Document(f"{evil}\n" * 5)
    for text in (plain_finding(finding), drawn(report, document)):
        assert not set(text) & set("\x1b\x07\x9b")


def test_markup_in_code_stays_text(report: Report) -> None:
    assert "[bold]x[/bold]" in drawn(report, Document("[bold]x[/bold]\n" * 5))
