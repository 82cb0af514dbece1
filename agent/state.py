"""What is known so far in one run: a value that each step takes and returns changed.

It holds plain values only, so that it can be written down between two steps. What a step works
*with* (the model, the copy, the limits) is in ``tools.py``.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from agent.report import Certificate, Change, Fallen, FixReport, Outcome, Stage
from agent.results import BAD, CaseResult, SuiteRun
from codegen_lsp.model.backend import Sampling


class Step(StrEnum):
    """The nodes of the graph."""

    REPRODUCE = "reproduce"
    LOCALISE = "localise"
    PROPOSE = "propose"
    SCREEN = "screen"
    VERIFY = "verify"
    CHOOSE = "choose"
    CERTIFY = "certify"
    APPROVAL = "approval"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A function that may hold the bug, and why.

    ``path`` is relative to the top of the tree; ``name`` is dotted from the outermost definition.
    ``lines`` are those that failing tests run, from one, each with how suspicious it is, 0 to 1;
    ``inputs`` is what tests call it with, each the text of a list of literals. Both are empty when
    nothing is known.
    """

    path: str
    name: str
    reason: str
    score: float
    lines: tuple[tuple[int, float], ...] = ()
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change worth testing: the whole new ``text`` of the file ``path``.

    ``number`` is that of the model's answer, which was written with ``sampling`` and came up
    ``votes`` times in its block; or that of a mutant, and then ``mutation`` says what was changed,
    and ``by_model`` whether the model wrote that.
    ``key`` is equal for candidates that are the same program.
    """

    number: int
    path: str
    name: str
    text: str
    sampling: Sampling
    mutation: str = ""
    by_model: bool = False
    votes: int = 1
    key: str = ""

    @property
    def subject(self) -> str:
        """What it is, in words."""
        if self.by_model:
            return f"a line of {self.name} filled again ({self.mutation})"
        if self.mutation:
            return f"a mutant of {self.name} ({self.mutation})"
        return f"answer {self.number} for {self.name}"


@dataclass(frozen=True, slots=True)
class Verified:
    """A candidate that passed every check, the whole suite's run with it, and which try it was."""

    candidate: Candidate
    suite: SuiteRun
    attempt: int


@dataclass(frozen=True, slots=True)
class Partial:
    """A candidate that leads further than the code without it, and how far (``progress.py``)."""

    candidate: Candidate
    reach: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FixState:
    """Everything known so far.

    ``next`` is the step to take. ``baseline`` is the whole suite on the user's state, ``targets``
    the failing tests to mend, as they are on the ``ground``: changes of other functions that the
    candidates are built on, none at first (``built_on`` says which functions, in words).
    ``suspects`` are the functions to rewrite, likeliest first. ``batch`` holds the candidates to
    check now, side by side, ``waiting`` those to check after them, in this order; ``survivors``
    passed every check, and ``chosen`` is the one of them that the ``changes`` and the
    ``certificate`` are about. ``partial`` are those that fell and led furthest, that one first.
    ``blocks`` counts
    the requests to the model, ``answers`` what it wrote, ``tries`` the candidates that were tested;
    ``mutants`` counts those that were tried out together, ``mutated`` says whether that was done
    and ``refilled`` whether single lines were written again, which count among them; ``seen`` holds
    the keys of all candidates so far.
    ``commands`` are those that were run, without repetition. ``approved`` is what the user said to
    the fix, None when nobody was asked. ``steps`` and ``seconds`` are what the run took.
    """

    next: Step = Step.REPRODUCE
    outcome: Outcome | None = None
    reason: str = ""
    advice: str | None = None
    baseline: SuiteRun | None = None
    targets: tuple[CaseResult, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    tests_hash: str = ""
    batch: tuple[Candidate, ...] = ()
    waiting: tuple[Candidate, ...] = ()
    partial: tuple[Partial, ...] = ()
    ground: tuple[Change, ...] = ()
    built_on: tuple[str, ...] = ()
    survivors: tuple[Verified, ...] = ()
    chosen: Verified | None = None
    changes: tuple[Change, ...] = ()
    certificate: Certificate | None = None
    approved: bool | None = None
    fallen: tuple[Fallen, ...] = ()
    seen: frozenset[str] = frozenset()
    blocks: int = 0
    answers: int = 0
    tries: int = 0
    mutants: int = 0
    mutated: bool = False
    refilled: bool = False
    tokens_read: int = 0
    tokens_written: int = 0
    model_seconds: float = 0.0
    test_seconds: float = 0.0
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    report: FixReport | None = None
    steps: int = 0
    seconds: float = 0.0

    @property
    def failing_targets(self) -> tuple[CaseResult, ...]:
        """Those of the targets that fail on the ground."""
        return tuple(case for case in self.targets if case.verdict in BAD)


def with_run(state: FixState, run: SuiteRun) -> FixState:
    """Return ``state`` with the time and the command of a run of the tests added."""
    known = run.command in state.commands
    return replace(
        state,
        test_seconds=state.test_seconds + run.seconds,
        commands=state.commands if known else (*state.commands, run.command),
    )


def with_fallen(state: FixState, candidate: Candidate, stage: Stage, reason: str) -> FixState:
    """Return ``state`` with ``candidate`` refused."""
    fallen = Fallen(candidate.number, candidate.name, stage, reason)
    batch = tuple(each for each in state.batch if each is not candidate)
    return replace(state, batch=batch, fallen=(*state.fallen, fallen))
