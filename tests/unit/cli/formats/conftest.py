"""A small report with a finding of each kind, for all formats."""

from pathlib import Path

import pytest

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.document.changes import ChangedFile, ChangeSet, Skipped
from codegen_lsp.document.diff import whole_file_hunk
from codegen_lsp.document.text import Document, Position, Span
from codegen_lsp.errors import EngineDied
from codegen_lsp.features.findings import Category, Evidence, Finding, Severity
from codegen_lsp.features.review import ClaimDropped, Incomplete
from codegen_lsp.prompt.review import Claim

TEXT = "import os\n\ndef f(ä):\n\treturn '🐍', ä / 0\nlast = 1"
PATH = "with space/ünï,50%.py"


@pytest.fixture
def report() -> Report:
    """Return findings that were not found in the order of their lines."""
    document = Document(TEXT, "python", Path("/root") / PATH)
    file = ChangedFile(PATH, document, (whole_file_hunk(TEXT),), is_new=True)
    opinion = Finding(
        path=PATH,
        span=Span(Position(3, 13), Position(3, 18)),
        severity=Severity.WARNING,
        category=Category.BUG,
        message="It divides by zero: always, 100% of the time.",
        evidence=Evidence.GROUNDED,
        source="a-model",
        rule="review-bug",
        quote="ä / 0",
        suggestion="\treturn '🐍', ä",
    )
    proved = Finding(
        path=PATH,
        span=Span(Position(0, 7), Position(0, 9)),
        severity=Severity.ERROR,
        category=Category.BUG,
        message="`os` imported but unused",
        evidence=Evidence.PROVED,
        source="ruff",
        rule="F401",
        quote="os",
        suggestion="",
        url="https://docs.example.org/F401",
    )
    several = Finding(
        path=PATH,
        span=Span(Position(2, 0), Position(3, 5)),
        severity=Severity.INFO,
        category=Category.STYLE,
        message="m",
        evidence=Evidence.OPINION,
        source="a-model",
        rule="review-style",
        quote="def f(ä):",
    )
    claim = Claim("q", "bug", "dropped message")
    return Report(
        ChangeSet(Path("/root"), "test", (file,), (Skipped("image.png", "a binary file"),)),
        [opinion, several, proved],
        [ClaimDropped(PATH, 4, claim, "it quotes code that is not there")],
        [Incomplete(EngineDied("the engine died"), PATH, 4), Incomplete(EngineDied("again"))],
    )
