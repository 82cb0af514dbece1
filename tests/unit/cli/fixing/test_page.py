"""The page of a run is whole in itself, and text from a repository stays text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from agent.report import FixReport
from agent.state import Step
from agent.trajectory import Exchange, Line
from codegen_lsp.cli.fixing.page import page_of, write_page
from codegen_lsp.errors import UsageError

LINE = Line(
    *(1, Step.PROPOSE, Step.SCREEN, 0.5, 1.5, 0, 1, 90, 30, 0.4, 0.0),
    said=("answer 1: rewriting <total>",),
    exchanges=(Exchange("Why is </pre> here?", ("because <i>it</i> is",)),),
)


class Elements(HTMLParser):
    """Collects the elements of a page, and the ones that are open at its end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attrs}
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_is_well_formed_and_has_no_script(report: FixReport) -> None:
    page = Elements(page_of(report, [LINE], "20261124-000000-abcd"))
    assert page.open == []
    assert "script" not in page.seen
    assert "link" not in page.seen


def test_page_tells_the_whole_run(report: FixReport) -> None:
    text = Elements(page_of(report, [LINE], "20261124-000000-abcd")).text
    for said in (
        "run 20261124-000000-abcd",
        "<script>alert(1)</script>",
        "x = '<b>'",
        "temperature 0.6, seed 17",
        "model 8.2 s",
        "tests 3.0 s",
        "the file no longer parses",
        "answer 1: rewriting <total>",
        "Why is </pre> here?",
        "because <i>it</i> is",
        "a symbolic link that leaves the tree",
    ):
        assert said in text


def test_page_that_cannot_be_written_is_told(report: FixReport, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_page(tmp_path / "nowhere" / "page.html", report, None)
