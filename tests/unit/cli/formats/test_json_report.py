import json

from codegen_lsp.cli.formats.json_report import json_report
from codegen_lsp.cli.formats.report import Report


def test_places_count_from_one(report: Report) -> None:
    finding = json.loads(json_report(report))["findings"][2]
    assert (finding["first_line"], finding["first_column"]) == (4, 14)
    assert (finding["last_line"], finding["last_column"]) == (4, 19)


def test_no_suggestion_is_null_and_a_removal_is_empty(report: Report) -> None:
    findings = json.loads(json_report(report))["findings"]
    assert [finding["suggestion"] for finding in findings] == ["", None, "\treturn '🐍', ä"]


def test_everything_else_that_was_said_is_there(report: Report) -> None:
    told = json.loads(json_report(report))
    assert told["version"] == 1
    assert told["compared"] == "test"
    assert told["skipped"] == [{"path": "image.png", "reason": "a binary file"}]
    assert told["dropped"][0]["reason"] == "it quotes code that is not there"
    assert [part["line"] for part in told["incomplete"]] == [4, None]


def test_only_ascii_is_written(report: Report) -> None:
    """So that no terminal and no pipe can choke on it."""
    assert json_report(report).isascii()
