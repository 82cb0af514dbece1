import dataclasses

from codegen_lsp.cli.formats.github_report import github_report
from codegen_lsp.cli.formats.report import Report


def test_each_finding_is_one_command(report: Report) -> None:
    lines = github_report(report).split("\n")
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice", "::warning"]


def test_properties_and_messages_are_escaped(report: Report) -> None:
    line = github_report(report).split("\n")[2]
    assert "file=with space/ünï%2C50%25.py,line=4,endLine=4," in line
    assert "col=14,endColumn=19::It divides by zero: always, 100%25 of the time.%0A" in line
    assert "%0A\treturn '🐍', ä" in line


def test_a_finding_of_several_lines_has_no_columns(report: Report) -> None:
    assert "col" not in github_report(report).split("\n")[1]


def test_no_message_can_begin_a_command_of_its_own(report: Report) -> None:
    evil = dataclasses.replace(report.findings[0], message="a\r\n::stop-commands::x\x1b[2J")
    report.findings = [evil]
    (line,) = github_report(report).split("\n")
    assert "\x1b" not in line
    assert "\r" not in line
