"""Reviewing a change: what is proved first, then the model's view of one passage after another.

    changes -> ruff -> passages -> prompt -> model -> filters -> findings

A plain generator of events, so that a terminal or an editor can show findings as they come. It
knows nothing of git, of formats or of LSP; where a change set comes from is not its business.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import ReviewSettings
from codegen_lsp.context.changed_code import Passage, passages
from codegen_lsp.document.changes import ChangeSet
from codegen_lsp.errors import CodegenError, MissingTool, ModelUnavailable, UsageError
from codegen_lsp.features.findings import Category, Evidence, Finding, Severity
from codegen_lsp.features.proved import proved_findings
from codegen_lsp.filters.pipeline import REVIEW_CHECKS
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.quoted_place import quoted_span
from codegen_lsp.model.backend import GenerationRequest, Model, Piece, collect
from codegen_lsp.prompt.review import (
    MAX_ANSWER_TOKENS,
    YES,
    Claim,
    findings_grammar,
    findings_prompt,
    read_claims,
    verdict_prompt,
)

_SURE_OF_A_CHANGE = 0.845
_SURE_OF_NEW_CODE = 0.76
"""A Yes that is less likely than this is a doubt, and the model is asked what is wrong.

Chosen with the 1.5B on a part of the development halves of the review sets. Where there are old
lines to compare with, doubts are mostly right (10 of 10 planted bugs, and 4 of 10 repairs); on code
that is all new they are hardly better than chance, so that only grave ones count.
"""

_FAILURES_IN_A_ROW = 2
"""After so many passages in a row that the model failed on, it is not asked again."""


@dataclass(frozen=True, slots=True)
class PassageStarted:
    """The model is being asked about passage ``number`` of ``total``, from one."""

    number: int
    total: int
    path: str
    line: int
    name: str | None


@dataclass(frozen=True, slots=True)
class PassageDone:
    """Passage ``number`` of ``total`` is done, after ``seconds``."""

    number: int
    total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """A finding to show."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class ClaimDropped:
    """The model said something that is not shown; ``reason`` completes "it is left out because"."""

    path: str
    line: int
    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A part of the review could not be done; ``error`` says why.

    ``path`` and ``line`` say where, when it is about one place.
    """

    error: CodegenError
    path: str | None = None
    line: int | None = None


ReviewEvent = PassageStarted | PassageDone | Found | ClaimDropped | Incomplete


def review(
    changes: ChangeSet,
    *,
    model: Callable[[], Model] | None,
    settings: ReviewSettings,
    cancellation: Cancellation | None = None,
) -> Iterator[ReviewEvent]:
    """Review ``changes`` and yield what happens, proved findings first.

    ``model`` makes the handle; it is called once, and only when there is something to ask. None
    means that only what can be proved is wanted. A missing ruff and a model that fails are
    :class:`Incomplete`, not the end. Raises :class:`~codegen_lsp.errors.Cancelled`.
    """
    proved = []
    for event in _proved(changes, cancellation):
        if isinstance(event, Found):
            proved.append(event.finding)
        yield event
    wanted = [passage for file in changes.files for passage in passages(file)]
    if model is None or not wanted:
        return
    try:
        opinions = _Opinions(model(), settings, cancellation, proved)
    except ModelUnavailable as error:
        yield Incomplete(error)
        return
    yield from opinions.about(wanted)


def _proved(changes: ChangeSet, cancellation: Cancellation | None) -> Iterator[ReviewEvent]:
    for file in changes.files:
        if cancellation is not None:
            cancellation.raise_if_cancelled()
        try:
            findings = proved_findings(file, changes.root)
        except MissingTool as error:
            yield Incomplete(error)
            return
        yield from (Found(finding) for finding in findings)


@dataclass
class _Opinions:
    """What the model has said so far in one review."""

    model: Model
    settings: ReviewSettings
    cancellation: Cancellation | None
    reported: list[Finding]
    shown: int = 0
    failures: int = 0
    name: str = field(init=False, default="")

    def about(self, wanted: list[Passage]) -> Iterator[ReviewEvent]:
        total = len(wanted)
        for number, passage in enumerate(wanted, 1):
            path, line = passage.file.path, passage.first_line
            yield PassageStarted(number, total, path, line, passage.name)
            started = time.monotonic()
            try:
                claims = self._ask(passage)
                self.failures = 0
            except (ModelUnavailable, UsageError) as error:
                self.failures += 1
                yield Incomplete(error, path, line)
                if self.failures == _FAILURES_IN_A_ROW:
                    return
                continue
            for claim in claims:
                yield self._judged(claim, passage)
            yield PassageDone(number, total, time.monotonic() - started)

    def _ask(self, passage: Passage) -> tuple[Claim, ...]:
        if not self.name:
            self.name = self.model.describe().name
        if self._finds_it_right(passage):
            return ()
        request = GenerationRequest(
            prompt=findings_prompt(passage),
            max_tokens=MAX_ANSWER_TOKENS,
            grammar=findings_grammar(passage),
        )
        return read_claims(collect(self.model, request, self.cancellation).text) or ()

    def _finds_it_right(self, passage: Passage) -> bool:
        """Say whether the model answers Yes, and is sure enough of that."""
        sure = _SURE_OF_A_CHANGE if passage.removed else _SURE_OF_NEW_CODE
        request = GenerationRequest(prompt=verdict_prompt(passage), max_tokens=1)
        for step in self.model.stream(request, self.cancellation):
            if isinstance(step, Piece):
                return step.text.strip() == YES and math.exp(step.logprob) >= sure
        return False

    def _judged(self, claim: Claim, passage: Passage) -> ReviewEvent:
        """Run the filters over a claim and report it, or say why not."""
        checked: Claim | Dropped = claim
        for check in REVIEW_CHECKS:
            if isinstance(checked, Claim):
                checked = check(checked, passage)
        finding = checked if isinstance(checked, Dropped) else _finding(checked, passage, self.name)
        if isinstance(finding, Finding):
            finding = self._new(finding)
        if isinstance(finding, Dropped):
            return ClaimDropped(passage.file.path, passage.first_line, claim, finding.reason)
        self.reported.append(finding)
        self.shown += 1
        return Found(finding)

    def _new(self, finding: Finding) -> Finding | Dropped:
        """Drop what stands on a line that something was reported on, and what is too much."""
        for other in self.reported:
            if other.path == finding.path and other.first_line == finding.first_line:
                return Dropped(f"{other.source} has reported something on this line")
        if self.shown >= self.settings.max_findings:
            return Dropped(f"{self.settings.max_findings} findings are the most that are shown")
        return finding


def _finding(claim: Claim, passage: Passage, source: str) -> Finding | Dropped:
    span = quoted_span(claim.quote, passage)
    if isinstance(span, Dropped):
        return span
    if claim.category not in set(Category):
        return Dropped("its category is none we know")
    evidence = Evidence.OPINION if claim.replacement is None else Evidence.GROUNDED
    return Finding(
        path=passage.file.path,
        span=span,
        severity=Severity.WARNING if evidence is Evidence.GROUNDED else Severity.INFO,
        category=Category(claim.category),
        message=claim.message,
        evidence=evidence,
        source=source,
        rule=f"review-{claim.category}",
        quote=passage.file.document.slice(span),
        suggestion=claim.replacement,
    )
