"""What is put before the user is all that there is."""

import io
import sys

import pytest

from agent.report import FixReport, Proposal
from codegen_lsp.cli.fixing.ask import ask, plain


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False), ("yno\n", False)],
)
def test_only_a_yes_is_a_yes(
    report: FixReport,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    *,
    wanted: bool,
) -> None:
    assert report.certificate is not None
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert ask(Proposal(report.diff, report.certificate)) is wanted
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "+x = '```'" in shown.err
    assert "3 files untouched" in shown.err


def test_control_characters_are_shown() -> None:
    assert plain("+x = 1\x1b[8m # evil\r\n\t\u202eü") == "+x = 1\\x1b[8m # evil\\r\n\t\\u202eü"
