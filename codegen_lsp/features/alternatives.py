"""Other suggestions for a place where the first one will not do, or is not sure.

The likeliest first lines come from one reading of the prompt, by beam search. Each goes through the
checks like the first draft. Of those that pass, one that leaves fewer problems in the buffer is
better than one that leaves more; after that, the likelier one is. For a user who asked by hand
there is time to look at the text below as well: how likely is it after each of them? What stands
below was written by somebody who knew what belongs here.

Where the function has examples in its docstring, and somebody can run them, they decide before all
that. A first draft that holds them needs no others; where it does not, more are drawn at random,
all at once, and those that hold the most are left.

Measured on 60 single-line holes (humaneval_fim_py.dev, 1.5B), first lines equal to the true one:
greedy 70 %, chosen so 73 %; among the candidates it is in 82 %. Whether the first draft is compared
at all where its line has a probability above exp(:data:`SURE`) makes no difference.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.features.asking import Question
from codegen_lsp.features.checking import Checked, Verdict, checked, stopped
from codegen_lsp.features.confidence import Confidence, Token, confidence_of
from codegen_lsp.features.examples import Tried
from codegen_lsp.filters.place import Place
from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line
from codegen_lsp.model.backend import (
    FinishReason,
    GenerationRequest,
    Given,
    Piece,
    Sampling,
)
from codegen_lsp.model.drafts import Drafts, PastIndent
from codegen_lsp.prompt.prompt import TextPrompt

BEAMS = 4
"""Lines that are searched for."""

SAMPLES = 8
"""Drafts that are drawn where the first one does not hold the examples."""

_DRAWN = Sampling(temperature=0.8, top_p=0.95)

SURE = -0.5
"""A first line whose log-probability is at least this is taken as it is."""

_BELOW_WEIGHT = 0.75
"""How much the text below counts beside the suggestion itself; 0.5 and 1 do nearly as well."""

_BELOW_CODE_POINTS = 80
"""How much of the text below is read: about 24 tokens, two or three lines."""

_ABOVE_CODE_POINTS = 640
"""How much of the text above is read with it: about 200 tokens, two seconds on two cores."""

_UNLIKELY = -20.0
"""What a text counts whose probability is not known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft, what the checks left of it, and how sure the model was; None where nobody knows.

    ``below`` is the log-probability of the text below after it; 0.0 where that was not asked.
    ``held`` counts the examples that hold with it; None where that is not known.
    """

    draft: str
    checked: Checked
    confidence: Confidence | None
    below: float = 0.0
    held: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The ``best`` of the ``candidates``, which are all that were looked at, the first one first.

    None were where nothing was compared. ``tried`` is what came of trying examples, in order.
    """

    best: Candidate
    candidates: tuple[Candidate, ...] = ()
    tried: tuple[Tried, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether there are examples, and all of them hold."""
        return bool(self.tried) and self.best.held == self.tried[-1].total


def is_wanted(first: Candidate, *, by_hand: bool) -> bool:
    """Say whether others should be looked for beside ``first``.

    When a check rejected or mended it; and when the user asked ``by_hand`` and it is not sure.
    """
    if first.checked.is_mended:
        return True
    return by_hand and (first.confidence is not None and first.confidence.line < SURE)


def others(choice: Choice) -> list[str]:
    """Return the texts that passed the checks beside that of the best, the likeliest first.

    Those with which fewer examples hold are left out.
    """
    passed = sorted(filter(_passed, choice.candidates), key=_worth, reverse=True)
    texts = dict.fromkeys(each.checked.text for each in passed if each.held == choice.best.held)
    return [text for text in texts if text != choice.best.checked.text]


def unless_unsure(best: Candidate, least_mean: float, *, by_hand: bool) -> Candidate:
    """Return ``best``, or less of it where its tokens have a mean log-probability of too little.

    Nobody asked for what is shown while they type, so there must be something to it: nothing is
    shown then. Whoever asks ``by_hand`` gets the first line.
    """
    confidence, text = best.confidence, best.checked.text
    if best.checked.dropped is not None or confidence is None or confidence.mean >= least_mean:
        return best
    name = unless_unsure.__name__
    if not by_hand:
        reason = "the model was not sure of it"
        said = (*best.checked.verdicts, Verdict(name, text, None, reason))
        return replace(best, checked=Checked("", reason, said))
    line = _first_line(text)
    said = (*best.checked.verdicts, Verdict(name, text, line))
    return replace(best, checked=Checked(line, None, said))


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for other suggestions for ``place``; ``question`` is what the first one answers.

    ``examples`` tries those of the docstring on texts; None where nobody can.
    """

    place: Place
    question: Question
    drafts: Drafts
    cancellation: Cancellation | None = None
    examples: Callable[[Sequence[str]], Tried | None] | None = None

    def choice(self, first: Candidate, *, by_hand: bool) -> Choice:
        """Return the best suggestion, which is ``first`` where nothing speaks against it.

        Examples are tried for whoever asks ``by_hand``. Raises what
        :meth:`~codegen_lsp.model.backend.Model.stream` raises.
        """
        tried: list[Tried] = []
        if by_hand:
            [first] = self._tried([first], tried)
            if first.held is not None and first.held < tried[0].total:
                drawn = self._tried(self._drawn(), tried)
                if max((each.held or 0 for each in drawn), default=0) > first.held:
                    return Choice(_most_held(drawn), (first, *drawn), tuple(tried))
        return self._likeliest(first, tried, by_hand=by_hand)

    def _tried(self, candidates: Sequence[Candidate], tried: list[Tried]) -> list[Candidate]:
        """Find out how many examples hold with those that passed the checks; add it to ``tried``.

        Nothing is added where there are no examples.
        """
        texts = list(dict.fromkeys(each.checked.text for each in candidates if _passed(each)))
        results = self.examples(texts) if self.examples is not None and texts else None
        if results is None:
            return list(candidates)
        tried.append(results)
        held = dict(zip(texts, results.held, strict=True))
        return [
            replace(each, held=held[each.checked.text]) if _passed(each) else each
            for each in candidates
        ]

    def _likeliest(self, first: Candidate, tried: list[Tried], *, by_hand: bool) -> Choice:
        """Return the best by the checks and by likelihood; where nothing passes, ``first``.

        Where examples were ``tried`` already, they are on the others, too, and decide before that.
        """
        if not is_wanted(first, by_hand=by_hand):
            return Choice(first, tried=tuple(tried))
        found = [first, *self._others(first)]
        if tried:
            found = self._tried(found, tried)
        left = _holding_most(found)
        if by_hand and len({found[at].checked.text for at in left}) > 1:
            for at, likely in zip(left, self._below([found[at] for at in left]), strict=True):
                found[at] = replace(found[at], below=likely)
        best = self._best([found[at] for at in left]) if left else first
        return Choice(best, tuple(found), tuple(tried))

    def _others(self, first: Candidate) -> list[Candidate]:
        """Return the likeliest drafts, checked; none when a newer request took over.

        ``first`` may be one of them, and is not checked again.
        """
        return self._written(replace(self.question.request, beams=BEAMS), [first])

    def _drawn(self) -> list[Candidate]:
        """Return drafts that were drawn at random, checked; the same ones each time."""
        siblings = tuple(replace(_DRAWN, seed=seed) for seed in range(1, SAMPLES))
        return self._written(replace(self.question.request, sampling=_DRAWN, siblings=siblings), [])

    def _written(self, wanted: GenerationRequest, known: Sequence[Candidate]) -> list[Candidate]:
        """Return the drafts that the model writes, checked unless one of ``known`` is the same."""
        texts: list[list[Token]] = [[] for _ in range(wanted.samples)]
        reasons: tuple[FinishReason, ...] = ()
        past_indent = [PastIndent(self.question.indent) for _ in texts]
        for step in self.drafts.ask(wanted, self.cancellation):
            if isinstance(step, Piece):
                text = past_indent[step.sample](step.text)
                texts[step.sample].append(Token(text, step.logprob))
            else:
                reasons = (step.reason, *step.sibling_reasons)
        found: list[Candidate] = []
        for tokens, reason in zip(texts, reasons, strict=len(reasons) == len(texts)):
            if reason not in {FinishReason.SUPERSEDED, FinishReason.CANCELLED}:
                found += self._candidate(tokens, reason, [*known, *found])
        return found

    def _candidate(
        self, tokens: Sequence[Token], reason: FinishReason, known: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        draft, verdict = stopped("".join(token.text for token in tokens), self.place)
        if verdict is None and reason is FinishReason.LENGTH:
            draft = trim_unfinished_line(draft)
        if draft.strip():
            said = () if verdict is None else (verdict,)
            result = next((each.checked for each in known if each.checked.is_of(draft)), None)
            yield Candidate(
                draft, result or checked(draft, self.place, said), confidence_of(tokens, draft)
            )

    def _below(self, candidates: Sequence[Candidate]) -> list[float]:
        """Find out how likely the text below is after each of ``candidates``."""
        likely = [0.0] * len(candidates)
        above = self.question.before[-_ABOVE_CODE_POINTS:]
        below = self.question.window.suffix[:_BELOW_CODE_POINTS]
        if not above or not below.strip():
            return likely
        texts = (self.question.indent + each.checked.text for each in candidates)
        given = tuple(Given(text, below) for text in texts)
        asked = replace(self.question.request, prompt=TextPrompt(above), given=given)
        for step in self.drafts.ask(asked, self.cancellation):
            if isinstance(step, Piece):
                likely[step.sample] += step.logprob
        return likely

    def _best(self, candidates: Sequence[Candidate]) -> Candidate:
        """Return the one of ``candidates`` that leaves the fewest problems, or is likelier.

        Where all are the same text, no problems are counted.
        """
        check = self.place.insertion
        texts = dict.fromkeys(each.checked.text for each in candidates)
        problems = dict.fromkeys(texts, 0)
        if check is not None and len(texts) > 1:
            problems = {text: check.problems_with(text) for text in texts}
        return min(candidates, key=lambda each: (problems[each.checked.text], -_worth(each)))


def _holding_most(candidates: Sequence[Candidate]) -> list[int]:
    """Return which of ``candidates`` passed the checks, and hold the most examples of those."""
    passed = [at for at, each in enumerate(candidates) if _passed(each)]
    most = max((candidates[at].held or 0 for at in passed), default=0)
    return [at for at in passed if (candidates[at].held or 0) == most]


def _most_held(candidates: Sequence[Candidate]) -> Candidate:
    """Return one with which the most examples hold: what was drawn most often, or is likelier."""
    times = Counter(each.checked.text for each in candidates)
    return max(
        (each for each in candidates if each.held is not None),
        key=lambda each: (each.held, times[each.checked.text], _worth(each)),
    )


def _passed(candidate: Candidate) -> bool:
    return candidate.checked.dropped is None


def _worth(candidate: Candidate) -> float:
    whole = candidate.confidence.whole if candidate.confidence is not None else _UNLIKELY
    return whole + _BELOW_WEIGHT * candidate.below


def _first_line(text: str) -> str:
    """Return ``text`` up to the end of its first line that is not blank."""
    blank = len(text) - len(text.lstrip())
    end = text.find("\n", blank)
    return text if end < 0 else text[:end]
