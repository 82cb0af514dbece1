import pytest

from codegen_lsp.document.text import Position, Span
from codegen_lsp.features.findings import Category, Evidence, Finding, Severity


@pytest.mark.parametrize(
    ("severity", "reached"),
    [
        (Severity.ERROR, [Severity.ERROR, Severity.WARNING, Severity.INFO]),
        (Severity.WARNING, [Severity.WARNING, Severity.INFO]),
        (Severity.INFO, [Severity.INFO]),
    ],
)
def test_a_threshold_is_reached_by_what_is_as_grave(
    severity: Severity, reached: list[Severity]
) -> None:
    assert [threshold for threshold in Severity if severity.reaches(threshold)] == reached


def test_lines_of_a_finding_count_from_one() -> None:
    finding = Finding(
        path="a.py",
        span=Span(Position(0, 3), Position(2, 0)),
        severity=Severity.INFO,
        category=Category.BUG,
        message="m",
        evidence=Evidence.OPINION,
        source="s",
        rule="r",
        quote="q",
    )
    assert (finding.first_line, finding.last_line) == (1, 3)
