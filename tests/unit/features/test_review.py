import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import ReviewSettings
from codegen_lsp.document.changes import ChangedFile, ChangeSet
from codegen_lsp.document.diff import Hunk
from codegen_lsp.document.text import Document
from codegen_lsp.errors import Cancelled, EngineDied, ModelUnavailable, UsageError
from codegen_lsp.features.findings import Evidence, Finding, Severity
from codegen_lsp.features.review import (
    ClaimDropped,
    Found,
    Incomplete,
    PassageDone,
    PassageStarted,
    ReviewEvent,
    review,
)
from codegen_lsp.model.backend import GenerationRequest, Model, ModelDescription, Piece, Step
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

SUM = """\
func sum(items []int) int {
\tcount := 0
\tfor i := 0; i <= len(items); i++ {
\t\tcount += items[i]
\t}
\treturn count
}
"""
OFF_BY_ONE = {
    "quote": "for i := 0; i <= len(items); i++ {",
    "category": "bug",
    "message": "The last index is behind the end of items.",
}
REPAIR = "for i := 0; i < len(items); i++ {"


def change(*files: tuple[str, str, set[int]]) -> ChangeSet:
    """Make a change set of (path, text, added lines)."""
    languages = {"go": "go", "py": "python"}
    changed = []
    for path, text, added in files:
        document = Document(text, languages.get(path[-2:]), Path("/nowhere") / path)
        lines = dict(enumerate(text.split("\n"), 1))
        changed.append(ChangedFile(path, document, (Hunk(lines, frozenset(added), {}),)))
    return ChangeSet(Path(), "test", tuple(changed))


ONE = change(("sum.go", SUM, {3, 4}))


def saying(*claims: dict[str, str]) -> str:
    return ", ".join(json.dumps(claim) for claim in claims) + "]"


def reviewed(changes: ChangeSet, *answers: str, most: int = 20) -> list[ReviewEvent]:
    backend = ScriptedBackend([ScriptedAnswer(answer) for answer in answers])
    model = InProcessModel(backend)
    return list(review(changes, model=lambda: model, settings=ReviewSettings(max_findings=most)))


def findings(events: list[ReviewEvent]) -> list[Finding]:
    return [event.finding for event in events if isinstance(event, Found)]


def reasons(events: list[ReviewEvent]) -> list[str]:
    return [event.reason for event in events if isinstance(event, ClaimDropped)]


def test_a_quote_on_an_added_line_is_an_opinion() -> None:
    (finding,) = findings(reviewed(ONE, "No", saying(OFF_BY_ONE)))
    assert finding.evidence is Evidence.OPINION
    assert (finding.path, finding.first_line) == ("sum.go", 3)
    assert (finding.source, finding.rule) == ("scripted", "review-bug")
    assert finding.quote == OFF_BY_ONE["quote"]


def test_with_a_replacement_that_parses_it_is_grounded() -> None:
    (finding,) = findings(reviewed(ONE, "No", saying(OFF_BY_ONE | {"replacement": REPAIR})))
    assert finding.evidence is Evidence.GROUNDED
    assert finding.suggestion == f"\t{REPAIR}"


@pytest.mark.parametrize("said", ["error", "warning", "info"])
def test_the_evidence_decides_how_grave_a_finding_is(said: str) -> None:
    claim = OFF_BY_ONE | {"severity": said}
    (opinion,) = findings(reviewed(ONE, "No", saying(claim)))
    (grounded,) = findings(reviewed(ONE, "No", saying(claim | {"replacement": REPAIR})))
    assert (opinion.severity, grounded.severity) == (Severity.INFO, Severity.WARNING)


def test_a_model_that_finds_the_code_right_is_not_asked_what_is_wrong() -> None:
    backend = ScriptedBackend([ScriptedAnswer("Yes"), ScriptedAnswer(saying(OFF_BY_ONE))])
    model = InProcessModel(backend)
    events = list(review(ONE, model=lambda: model, settings=ReviewSettings()))
    assert findings(events) == []
    assert [request.max_tokens for request in backend.requests] == [1]


def test_both_questions_are_asked_with_one_prompt_start_and_a_grammar() -> None:
    backend = ScriptedBackend([ScriptedAnswer("No"), ScriptedAnswer("]")])
    model = InProcessModel(backend)
    list(review(ONE, model=lambda: model, settings=ReviewSettings()))
    verdict, question = backend.requests
    assert verdict.grammar is None
    assert question.grammar is not None


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"quote": "while true {"}, "not there"),
        ({"quote": "count := 0"}, "not changed"),
        ({"message": "There is a syntax error."}, "linter"),
        ({"message": "Bad."}, "says nothing"),
        ({"replacement": OFF_BY_ONE["quote"]}, "as it is"),
        ({"category": "poetry"}, "none we know"),
    ],
)
def test_what_fails_a_check_is_dropped_with_its_reason(claim: dict[str, str], reason: str) -> None:
    events = reviewed(ONE, "No", saying(OFF_BY_ONE | claim))
    assert findings(events) == []
    assert reason in reasons(events)[0]


@pytest.mark.parametrize("answer", ["", "]", "no json", "[[[", '{"quote": ', '{"quote": 1}]'])
def test_an_answer_that_says_nothing_usable_is_no_finding(answer: str) -> None:
    events = reviewed(ONE, "No", answer)
    assert findings(events) == []
    assert isinstance(events[-1], PassageDone)


def test_a_second_claim_about_the_same_line_is_a_repetition() -> None:
    other = OFF_BY_ONE | {"message": "It reads one item too many at the end."}
    events = reviewed(ONE, "No", saying(OFF_BY_ONE, other))
    assert len(findings(events)) == 1
    assert "on this line" in reasons(events)[0]


def test_no_more_than_the_limit_are_shown() -> None:
    second = OFF_BY_ONE | {"quote": "count += items[i]"}
    events = reviewed(ONE, "No", saying(OFF_BY_ONE, second), most=1)
    assert len(findings(events)) == 1
    assert "1 findings are the most" in reasons(events)[0]


def test_what_ruff_proves_comes_first_and_does_not_count_against_the_limit(tmp_path: Path) -> None:
    text = "import os\ndef f():\n    return unknown\n"
    changes = change(("a.py", text, {1, 2, 3}))
    changes = ChangeSet(tmp_path, "test", changes.files)
    claim = OFF_BY_ONE | {"quote": "return unknown"}
    events = reviewed(changes, "No", saying(claim), most=0)
    assert [finding.source for finding in findings(events)] == ["ruff", "ruff"]
    assert "ruff has reported something on this line" in reasons(events)


def test_events_tell_how_far_it_is() -> None:
    changes = change(("a.go", SUM, {3}), ("b.go", SUM, {3}))
    events = reviewed(changes, "Yes", "Yes")
    started = [event for event in events if isinstance(event, PassageStarted)]
    assert [(event.number, event.total, event.path) for event in started] == [
        (1, 2, "a.go"),
        (2, 2, "b.go"),
    ]
    assert sum(isinstance(event, PassageDone) for event in events) == 2


def test_findings_come_before_the_next_passage_is_read() -> None:
    changes = change(("a.go", SUM, {3}), ("b.go", SUM, {3}))
    model = InProcessModel(
        ScriptedBackend([ScriptedAnswer("No"), ScriptedAnswer(saying(OFF_BY_ONE))])
    )
    events = review(changes, model=lambda: model, settings=ReviewSettings())
    assert [type(next(events)) for _ in range(3)] == [PassageStarted, Found, PassageDone]


def refuse() -> Model:
    raise ModelUnavailable("there is no model")


def test_without_a_model_what_is_proved_comes_out(tmp_path: Path) -> None:
    changes = ChangeSet(tmp_path, "test", change(("a.py", "import os\n", {1})).files)
    events = list(review(changes, model=refuse, settings=ReviewSettings()))
    assert [finding.rule for finding in findings(events)] == ["F401"]
    assert isinstance(events[-1], Incomplete)
    assert list(review(changes, model=None, settings=ReviewSettings())) == events[:-1]


def test_a_model_is_not_made_when_there_is_nothing_to_ask() -> None:
    changes = change(("a.go", "// words\n", {1}))
    assert list(review(changes, model=refuse, settings=ReviewSettings())) == []


class _Failing:
    """A model that fails on its first requests with ``error`` and then finds all code right."""

    def __init__(self, error: Exception, times: int) -> None:
        self._error = error
        self._times = times

    def describe(self) -> ModelDescription:
        return ModelDescription(
            "failing", 100, can_fill_in_the_middle=False, has_chat_template=True
        )

    def stream(
        self, _request: GenerationRequest, _cancellation: Cancellation | None = None
    ) -> Iterator[Step]:
        self._times -= 1
        if self._times >= 0:
            raise self._error
        yield Piece("Yes")

    def close(self) -> None:
        pass


@pytest.mark.parametrize("error", [EngineDied("it died"), UsageError("the prompt is too long")])
def test_a_passage_that_fails_is_told_and_the_next_one_is_read(error: Exception) -> None:
    changes = change(*((f"{name}.go", SUM, {3}) for name in "abc"))
    model = _Failing(error, 1)
    events = list(review(changes, model=lambda: model, settings=ReviewSettings()))  # type: ignore[arg-type, return-value]  # a double that never ends a stream
    failed = [event for event in events if isinstance(event, Incomplete)]
    assert [(event.error, event.path, event.line) for event in failed] == [(error, "a.go", 3)]
    assert sum(isinstance(event, PassageDone) for event in events) == 2


def test_a_model_that_fails_twice_in_a_row_is_given_up() -> None:
    changes = change(*((f"{name}.go", SUM, {3}) for name in "abcd"))
    model = _Failing(EngineDied("it died"), 9)
    events = list(review(changes, model=lambda: model, settings=ReviewSettings()))  # type: ignore[arg-type, return-value]  # a double that never ends a stream
    assert sum(isinstance(event, Incomplete) for event in events) == 2
    assert sum(isinstance(event, PassageStarted) for event in events) == 2


def test_a_cancelled_review_stops() -> None:
    cancellation = Cancellation()
    model = InProcessModel(ScriptedBackend([ScriptedAnswer("No", read_ms=50)]))
    events = review(ONE, model=lambda: model, settings=ReviewSettings(), cancellation=cancellation)
    next(events)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        next(events)


LINES = SUM.split("\n")[:-1]
QUOTES = st.one_of(st.sampled_from(LINES), st.text(max_size=20), st.just("items"))
TEXTS = st.one_of(
    st.text(max_size=40), st.just("It is wrong when items is empty."), st.sampled_from(LINES)
)
CLAIMS = st.fixed_dictionaries(
    {
        "quote": QUOTES,
        "category": st.sampled_from(["bug", "security", "style", "none"]),
        "message": TEXTS,
    },
    optional={"replacement": TEXTS},
)
ANSWERS = st.one_of(
    st.text(max_size=60), st.lists(CLAIMS, max_size=5).map(lambda said: saying(*said))
)


@settings(deadline=None)
@given(ANSWERS, st.sets(st.integers(1, len(LINES))))
def test_whatever_the_model_says_a_finding_lies_on_an_added_line(
    answer: str, added: set[int]
) -> None:
    for finding in findings(reviewed(change(("sum.go", SUM, added)), "No", answer)):
        lines = range(finding.first_line, finding.last_line + 1)
        assert added.issuperset(lines)
        assert finding.quote.strip() in SUM
        assert finding.severity is not Severity.ERROR
        assert not set(finding.message) & set("\x1b\n\r\x9b")
