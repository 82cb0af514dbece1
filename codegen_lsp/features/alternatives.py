"""Other suggestions for a place where the first one will not do, or is not sure.

The likeliest first lines come from one reading of the prompt, by beam search. Each goes through the
checks like the first draft. Of those that pass, one that leaves fewer problems in the buffer is
better than one that leaves more; after that, the likelier one is. For a user who asked by hand
there is time to look at the text below as well: how likely is it after each of them? What stands
below was written by somebody who knew what belongs here.

Measured on 60 single-line holes (humaneval_fim_py.dev, 1.5B), first lines equal to the true one:
greedy 70 %, chosen so 73 %; among the candidates it is in 82 %. Whether the first draft is compared
at all where its line has a probability above exp(:data:`SURE`) makes no difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.features.asking import Question
from codegen_lsp.features.checking import Checked, Verdict, checked, stopped
from codegen_lsp.features.confidence import Confidence, Token, confidence_of
from codegen_lsp.filters.place import Place
from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line
from codegen_lsp.model.backend import FinishReason, Given, Piece
from codegen_lsp.model.drafts import Drafts, PastIndent
from codegen_lsp.prompt.prompt import TextPrompt

BEAMS = 4
"""Lines that are searched for."""

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
    """

    draft: str
    checked: Checked
    confidence: Confidence | None
    below: float = 0.0


def is_wanted(first: Candidate, *, by_hand: bool) -> bool:
    """Say whether others should be looked for beside ``first``.

    When a check rejected or mended it; and when the user asked ``by_hand`` and it is not sure.
    """
    if first.checked.is_mended:
        return True
    return by_hand and (first.confidence is not None and first.confidence.line < SURE)


def others(best: Candidate, candidates: Sequence[Candidate]) -> list[str]:
    """Return the texts that passed the checks beside that of ``best``, the likeliest first."""
    passed = sorted(filter(_passed, candidates), key=_worth, reverse=True)
    texts = dict.fromkeys(each.checked.text for each in passed)
    return [text for text in texts if text != best.checked.text]


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
    """Looks for other suggestions for ``place``; ``question`` is what the first one answers."""

    place: Place
    question: Question
    drafts: Drafts
    cancellation: Cancellation | None = None

    def best_of(
        self, first: Candidate, *, by_hand: bool
    ) -> tuple[Candidate, tuple[Candidate, ...]]:
        """Return the best suggestion, and all that were looked at, ``first`` included.

        Where nothing passes the checks, that is ``first``. Raises what
        :meth:`~codegen_lsp.model.backend.Model.stream` raises.
        """
        found = (first, *self._others(first))
        if by_hand and len({each.checked.text for each in found if _passed(each)}) > 1:
            found = self._weighed(found)
        passed = [each for each in found if _passed(each)]
        if not passed:
            return first, found
        problems = self._problems(passed)
        best = min(range(len(passed)), key=lambda at: (problems[at], -_worth(passed[at])))
        return passed[best], found

    def _others(self, first: Candidate) -> Iterator[Candidate]:
        """Yield the likeliest drafts, checked; none when a newer request took over.

        ``first`` may be one of them, and is not checked again.
        """
        texts: list[list[Token]] = [[] for _ in range(BEAMS)]
        reasons: tuple[FinishReason, ...] = ()
        past_indent = [PastIndent(self.question.indent) for _ in range(BEAMS)]
        wanted = replace(self.question.request, beams=BEAMS)
        for step in self.drafts.ask(wanted, self.cancellation):
            if isinstance(step, Piece):
                text = past_indent[step.sample](step.text)
                texts[step.sample].append(Token(text, step.logprob))
            else:
                reasons = (step.reason, *step.sibling_reasons)
        known = [first]
        for tokens, reason in zip(texts, reasons, strict=len(reasons) == BEAMS):
            if reason not in {FinishReason.SUPERSEDED, FinishReason.CANCELLED}:
                known += self._candidate(tokens, reason, known)
        yield from known[1:]

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

    def _weighed(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Find out how likely the text below is after each of ``candidates`` that passed."""
        above = self.question.before[-_ABOVE_CODE_POINTS:]
        below = self.question.window.suffix[:_BELOW_CODE_POINTS]
        if not above or not below.strip():
            return candidates
        passed = [at for at, each in enumerate(candidates) if _passed(each)]
        texts = (self.question.indent + candidates[at].checked.text for at in passed)
        given = tuple(Given(text, below) for text in texts)
        asked = replace(self.question.request, prompt=TextPrompt(above), given=given)
        likely = [0.0] * len(candidates)
        for step in self.drafts.ask(asked, self.cancellation):
            if isinstance(step, Piece):
                likely[passed[step.sample]] += step.logprob
        return tuple(
            replace(each, below=total) for each, total in zip(candidates, likely, strict=True)
        )

    def _problems(self, candidates: Sequence[Candidate]) -> list[int]:
        """Return how many problems the buffer has with each of ``candidates`` in it.

        Where all are the same text, nothing is counted.
        """
        check = self.place.insertion
        if check is None:
            return [0 for _ in candidates]
        texts = [each.checked.text for each in candidates]
        if len(set(texts)) == 1:
            return [0 for _ in candidates]
        problems = {text: check.problems_with(text) for text in dict.fromkeys(texts)}
        return [problems[text] for text in texts]


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
