"""The page holds all it needs, and is well formed."""

import re
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from codegen_lsp.features.statistics.page import page_of
from codegen_lsp.feedback.statistics import Statistics, statistics_of

VOID = {"meta"}


class Tags(HTMLParser):
    """Collects the names and the attributes of all tags; ``left`` are those not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.left: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.left.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.left.pop() == tag


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(statistics: Statistics) -> None:
    page = page_of(statistics)
    tags = Tags(page)
    assert tags.left == []
    assert {"script", "link", "img", "iframe"} & {name for name, _ in tags.seen} == set()
    assert not {"src", "href"} & {key for _, attributes in tags.seen for key in attributes}
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []


def test_charts_are_well_formed_and_say_what_they_show(statistics: Statistics) -> None:
    charts = re.findall(r'<svg [^>]*role="img".*?</svg>', page_of(statistics), re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        assert ET.fromstring(chart).get("aria-label")  # noqa: S314 - our own page


def test_every_bar_has_its_number_in_words(statistics: Statistics) -> None:
    page = page_of(statistics)
    assert page.count("50 % accepted</text>") == 1
    assert "03 March 2026: 2 shown, 1 accepted" in page
    assert "1 dropped</text>" in page


def test_names_from_outside_are_escaped(statistics: Statistics) -> None:
    page = page_of(statistics)
    assert "<go>" not in page
    assert "&lt;go&gt; &amp; co" in page


def test_a_page_of_nothing_says_so() -> None:
    page = page_of(statistics_of([], today=date(2026, 3, 3), days=30))
    assert "Nothing is recorded in this time." in page
    assert Tags(page).left == []
