"""Mutants as candidates: made of the suspected functions, tried out together, the best kept.

They cost no model and hardly any time, so they are tried once, after the model's first answer. Only
those that pass the failing tests in the trial become candidates, which are then checked like any
other and count as tries like any other.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from agent.mutations.mutants import Mutant, made_by, mutants
from agent.mutations.script_tokens import script_edits
from agent.progress import with_partial
from agent.results import SuiteRun
from agent.sources import Source, Sources
from agent.state import Candidate, FixState, Step, Suspect, with_run
from agent.tools import Tools
from agent.trial import Trial, Tried, seconds_for_one
from codegen_lsp.model.backend import GREEDY
from codegen_lsp.syntax.definitions import Definition

MAX_FUNCTIONS = 3
"""The likeliest functions of which mutants are made."""

ENOUGH = 4
"""Mutants of one function that pass: enough to choose from."""

QUICK_SECONDS = 2.0
"""Where each version costs a run of the test command, that must not take longer."""

TRIAL_SECONDS = 30.0
"""What trying out the mutants of one function may take."""


def mutated(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the mutants that pass the failing tests waiting."""
    state = replace(state, mutated=True)
    for suspect in state.suspects[:MAX_FUNCTIONS]:
        state = _of_function(state, suspect, tools)
    return state


def trial_of(suspect: Suspect, line: int, state: FixState, tools: Tools) -> Trial:
    """Return a trial of the function that begins at ``line``, with the failing tests."""
    if state.baseline is None:
        raise LookupError("there is nothing to compare with")
    return Trial(
        runner=tools.runner,
        path=suspect.path,
        line=line,
        name=suspect.name,
        tests=state.targets,
        seconds=seconds_for_one(state.baseline, state.targets),
        limit=min(TRIAL_SECONDS, tools.limits.seconds_left),
        cancellation=tools.cancellation,
    )


def tried_out(
    made: Sequence[Mutant], suspect: Suspect, line: int, state: FixState, tools: Tools
) -> FixState:
    """Return ``state`` with those of ``made`` waiting that pass the failing tests.

    ``line`` is that of the function; what is known already is not tried again.
    """
    made = [mutant for mutant in made if _key(suspect, mutant) not in state.seen]
    if not made or tools.limits.seconds_left <= 0:
        return state
    tools.tell(Step.PROPOSE, f"trying {len(made)} mutants of {suspect.name}", state.tries)
    texts = [mutant.text for mutant in made]
    if can_be_forked(suspect, state):
        tried = trial_of(suspect, line, state, tools).passing(texts, ENOUGH)
    else:
        tried = _one_by_one(suspect, texts, state, tools)
    tools.tell(Step.PROPOSE, f"{len(tried.passed)} of {tried.known} mutants pass", state.tries)
    candidates = [
        Candidate(
            number=state.mutants + at + 1,
            path=suspect.path,
            name=suspect.name,
            text=mutant.text,
            sampling=GREEDY,
            mutation=f"{mutant.what} in line {mutant.line}",
            by_model=mutant.by_model,
            votes=0,
            key=_key(suspect, mutant),
        )
        for at, mutant in enumerate(made)
    ]
    for run in tried.runs:
        state = with_run(state, run)
    for at, reach in tried.furthest:
        state = with_partial(state, candidates[at], reach)
    found = [candidates[at] for at in tried.passed[:ENOUGH]]
    return replace(
        state,
        mutants=state.mutants + tried.known,
        waiting=(*state.waiting, *found),
        seen=state.seen.union(candidate.key for candidate in found),
    )


def can_be_tried(suspect: Suspect, state: FixState) -> bool:
    """Say whether many versions of a function can be tried: in one run, or in many quick ones."""
    baseline = state.baseline
    is_quick = baseline is not None and not baseline.timed_out and baseline.seconds <= QUICK_SECONDS
    return is_quick or can_be_forked(suspect, state)


def can_be_forked(suspect: Suspect, state: FixState) -> bool:
    """Say whether many versions of a function can be tried in one run: Python's, under pytest."""
    is_per_test = state.baseline is not None and state.baseline.per_test
    return is_per_test and suspect.path.endswith(".py")


def _one_by_one(suspect: Suspect, texts: Sequence[str], state: FixState, tools: Tools) -> Tried:
    """Run the test command on one version after the other, as long as that may take in all."""
    as_it_was = state.baseline.seconds if state.baseline is not None else 0.0
    until = tools.limits.seconds + min(TRIAL_SECONDS, tools.limits.seconds_left)
    passed: list[int] = []
    runs = list[SuiteRun]()
    for at, text in enumerate(texts):
        if tools.limits.seconds >= until or len(passed) >= ENOUGH:
            break
        run = tools.runner.run(
            {suspect.path: text},
            seconds=min(tools.limits.test_seconds, 1.0 + 3.0 * as_it_was),
            cancellation=tools.cancellation,
        )
        runs.append(run)
        if not run.timed_out and not run.failing and run.exit_code == 0:
            passed.append(at)
    return Tried(tuple(passed), len(runs), tuple(runs))


def function_of(suspect: Suspect, tools: Tools) -> tuple[Source, Definition] | None:
    """Return the file and the function of a suspect as they are; None if they are gone."""
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    source = sources.read(PurePosixPath(suspect.path))
    target = source.named(suspect.name) if source else None
    return None if source is None or target is None else (source, target)


def _of_function(state: FixState, suspect: Suspect, tools: Tools) -> FixState:
    found = function_of(suspect, tools)
    if found is None or not can_be_tried(suspect, state):
        return state
    source, target = found
    if source.language == "python":
        made = mutants(source, target, dict(suspect.lines))
    else:
        made = made_by(script_edits(source, target), source, target, dict(suspect.lines))
    return tried_out(made, suspect, target.first_line + 1, state, tools)


def _key(suspect: Suspect, mutant: Mutant) -> str:
    return f"{suspect.path}:{suspect.name}\n{mutant.key}"
