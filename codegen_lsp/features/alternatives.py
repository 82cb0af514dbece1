"""Other suggestions for a place where the first one will not do, or is not sure.

The likeliest first lines come from one reading of the prompt, by beam search. Each goes through the
checks like the first draft. Of those that pass, one that leaves fewer problems in the buffer is
better than one that leaves more; after that, the likelier one is. For a user who asked by hand
there is time to look at the text below as well: how likely is it after each of them? What stands
below was written by somebody who knew what belongs here.

Where the function has examples in its docstring, and somebody can run them, they decide before all
that. Where the first draft does not hold them, more are drawn at random, some at once, until one
holds them all; else one that holds the most is taken. So it is where the model suggests nothing,
and the examples do not hold without a suggestion. Several lines that hold them all are not
compared with others: that takes seconds, and is about what would have been written, not about what
is right.

Measured on 60 single-line holes (humaneval_fim_py.dev, 1.5B), first lines equal to the true one:
greedy 70 %, chosen so 73 %; among the candidates it is in 82 %. Whether the first draft is compared
at all where its line has a probability above exp(:data:`SURE`) makes no difference.
"""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from math import inf

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.features.asking import Question
from codegen_lsp.features.candidate import Candidate, Choice
from codegen_lsp.features.checking import Checked, Verdict, checked
from codegen_lsp.features.confidence import confidence_of
from codegen_lsp.features.examples import Tried
from codegen_lsp.features.side_by_side import SampleDraft, as_they_end
from codegen_lsp.features.trial import Trial
from codegen_lsp.filters.place import Place
from codegen_lsp.model.backend import (
    GenerationRequest,
    Given,
    Piece,
    Sampling,
)
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.prompt.prompt import TextPrompt

BEAMS = 4
"""Lines that are searched for."""

SAMPLES = 8
"""Drafts that are drawn at once where the first one does not hold the examples."""

ROUNDS = (
    Sampling(temperature=0.8, top_p=0.95),
    Sampling(temperature=1.0, top_p=0.95, seed=SAMPLES),
)
"""How they are drawn, and how once more where none of those holds them all.

Of 10 items of humaneval_infill_randomlight.dev that 8 drafts do not solve, 8 more solve 2; another
16 solve none of the first five.
"""

SURE = -0.5
"""A first line whose log-probability is at least this is taken as it is."""

SEARCHED = -0.35
"""While the user types, others are looked for if the mean log-probability is at least this.

Of what is shown, 72 % lies above it, and 83 % of what is the true text. A search costs a second and
more, in which the suggestion of the next key has to wait.
"""

_BELOW_WEIGHT = 0.75
"""How much the text below counts beside the suggestion itself; 0.5 and 1 do nearly as well."""

_BELOW_CODE_POINTS = 80
"""How much of the text below is read: about 24 tokens, two or three lines."""

_ABOVE_CODE_POINTS = 640
"""How much of the text above is read with it: about 200 tokens, two seconds on two cores."""

_UNLIKELY = -20.0
"""What a text counts whose probability is not known."""


def is_wanted(first: Candidate, *, by_hand: bool, least_mean: float = -inf) -> bool:
    """Say whether others should be looked for beside ``first``.

    When the user asked ``by_hand`` and a check rejected or mended it, or the model is not sure of
    it. Else when there is a mistake in it, though the model gave its tokens a mean log-probability
    of at least ``least_mean``, and :data:`SEARCHED`: of what else it might have written it is less
    sure, and where it wrote nothing, or what is there already, nothing is missing.
    """
    sure = first.confidence
    if by_hand:
        return first.checked.is_mended or (sure is not None and sure.line < SURE)
    return first.checked.is_wrong and sure is not None and sure.mean >= max(least_mean, SEARCHED)


def others(choice: Choice) -> list[str]:
    """Return the texts that passed the checks beside that of the best, the likeliest first.

    Those with which fewer examples hold are left out.
    """
    passed = sorted(
        (each for each in choice.candidates if each.has_passed), key=_worth, reverse=True
    )
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
    if not by_hand:
        return replace(best, checked=not_sure(text, best.checked.verdicts))
    line = _first_line(text)
    said = (*best.checked.verdicts, Verdict(unless_unsure.__name__, text, line))
    return replace(best, checked=Checked(line, None, said))


def not_sure(text: str, verdicts: Sequence[Verdict]) -> Checked:
    """Return what is left of ``text`` where nobody asked, and the model was not sure: nothing."""
    reason = "the model was not sure of it"
    said = Verdict(unless_unsure.__name__, text, None, reason)
    return Checked("", reason, (*verdicts, said))


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for other suggestions for ``place``; ``question`` is what the first one answers.

    ``examples`` tries those of the docstring on texts; None where nobody can. While the user types,
    others are looked for where the model gave the first one a mean log-probability of at least
    ``least_mean``, and for ``limit_ms`` at most.
    """

    place: Place
    question: Question
    drafts: Drafts
    cancellation: Cancellation | None = None
    examples: Callable[[Sequence[str]], Tried | None] | None = None
    least_mean: float = -inf
    limit_ms: int | None = None

    def choice(self, first: Candidate, *, by_hand: bool) -> Choice:
        """Return the best suggestion, which is ``first`` where nothing speaks against it.

        Examples are tried for whoever asks ``by_hand``. Raises what
        :meth:`~codegen_lsp.model.backend.Model.stream` raises.
        """
        trial = Trial(self.examples if by_hand else None)
        [first] = trial([first])
        knew = trial.total
        choice = self._by_examples(first, trial) or self._likeliest(first, trial, by_hand=by_hand)
        if not knew and trial.total:
            # The first draft left a text that cannot be read, and with it the examples.
            choice = self._by_examples(choice.best, trial) or choice
        if not choice.best.has_passed:
            choice = self._by_what_is_missing(choice.best, trial) or choice
        return choice

    def _by_examples(self, first: Candidate, trial: Trial) -> Choice | None:
        """Return what the examples prefer to ``first``, or that itself; None where they do not say.

        Nothing is drawn where the module cannot be loaded: that may be so for another reason.
        """
        if first.held is None:
            return None
        if first.held == trial.total:
            is_line = "\n" not in first.checked.text.strip()
            return None if is_line else Choice(first, tried=tuple(trial.tried))
        drawn = self._drawn(trial)
        if max((each.held or 0 for each in drawn), default=0) <= first.held:
            return None
        return Choice(_most_held(drawn), (first, *drawn), tuple(trial.tried))

    def _by_what_is_missing(self, nothing: Candidate, trial: Trial) -> Choice | None:
        """Return what holds more examples than the text as it is; None where there is no such.

        For where the model suggests ``nothing``, or nothing that passes the checks.
        """
        held = trial.without_any()
        if held is None or held == trial.total:
            return None
        drawn = self._drawn(trial)
        if max((each.held or 0 for each in drawn), default=0) <= held:
            return None
        return Choice(_most_held(drawn), (nothing, *drawn), tuple(trial.tried))

    def _likeliest(self, first: Candidate, trial: Trial, *, by_hand: bool) -> Choice:
        """Return the best by the checks and by likelihood; where nothing passes, ``first``.

        Where there are examples, they are tried on the others, too, and decide before that.
        """
        if not is_wanted(first, by_hand=by_hand, least_mean=self.least_mean):
            return Choice(first, tried=tuple(trial.tried))
        found = trial([first, *self._others(first, None if by_hand else self.limit_ms)])
        left = _holding_most(found)
        if by_hand and len({found[at].checked.text for at in left}) > 1:
            for at, likely in zip(left, self._below([found[at] for at in left]), strict=True):
                found[at] = replace(found[at], below=likely)
        best = self._best([found[at] for at in left]) if left else first
        return Choice(best, tuple(found), tuple(trial.tried))

    def _others(self, first: Candidate, limit_ms: int | None) -> list[Candidate]:
        """Return the likeliest drafts that end within ``limit_ms``, checked.

        There are none when a newer request took over.

        ``first`` may be one of them, and is not checked again.
        """
        drafts = [SampleDraft(self.place, self.question.indent) for _ in range(BEAMS)]
        known = [first]
        wanted = replace(self.question.request, beams=BEAMS, limit_ms=limit_ms)
        for draft in self._ended(wanted, drafts):
            known += self._candidate(draft, known)
        texts = [draft.text for draft in drafts]
        return sorted(known[1:], key=lambda each: texts.index(each.draft))

    def _drawn(self, trial: Trial) -> list[Candidate]:
        """Return drafts that were drawn at random, checked and tried; the same ones each time.

        They are tried as they end; after one with which all examples hold no more are wanted.
        """
        found: list[Candidate] = []
        for first in ROUNDS:
            siblings = tuple(replace(first, seed=first.seed + at) for at in range(1, SAMPLES))
            wanted = replace(self.question.request, sampling=first, siblings=siblings)
            drafts = [SampleDraft(self.place, self.question.indent) for _ in range(SAMPLES)]
            with closing(self._ended(wanted, drafts)) as ended:
                for draft in ended:
                    found += trial(self._candidate(draft, found))
                    if found and found[-1].held == trial.total:
                        return found
        return found

    def _ended(
        self, wanted: GenerationRequest, drafts: Sequence[SampleDraft]
    ) -> Generator[SampleDraft, None, None]:
        return as_they_end(self.drafts.ask(wanted, self.cancellation), drafts)

    def _candidate(self, draft: SampleDraft, known: Sequence[Candidate]) -> list[Candidate]:
        """Return what the checks make of ``draft``; nothing where it is blank.

        What one of ``known`` has as its draft is not checked again.
        """
        text = draft.text
        if not text.strip():
            return []
        said = () if draft.stopped_by is None else (draft.stopped_by,)
        result = next((each.checked for each in known if each.checked.is_of(text)), None)
        sure = confidence_of(draft.tokens, text)
        return [Candidate(text, result or checked(text, self.place, said), sure)]

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
    held = {
        at: -1 if each.held is None else each.held
        for at, each in enumerate(candidates)
        if each.has_passed
    }
    return [at for at, count in held.items() if count == max(held.values())]


def _most_held(candidates: Sequence[Candidate]) -> Candidate:
    """Return one with which the most examples hold: what was drawn most often, or is likelier."""
    times = Counter(each.checked.text for each in candidates)
    return max(
        (each for each in candidates if each.held is not None),
        key=lambda each: (each.held, times[each.checked.text], _worth(each)),
    )


def _worth(candidate: Candidate) -> float:
    whole = candidate.confidence.whole if candidate.confidence is not None else _UNLIKELY
    return whole + _BELOW_WEIGHT * candidate.below


def _first_line(text: str) -> str:
    """Return ``text`` up to the end of its first line that is not blank."""
    blank = len(text) - len(text.lstrip())
    end = text.find("\n", blank)
    return text if end < 0 else text[:end]
