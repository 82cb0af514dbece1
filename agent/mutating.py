"""Mutants as candidates: made of the suspected functions, tried out together, the best kept.

They cost no model and hardly any time, so they are tried once, after the model's first answer. Only
those that pass the failing tests in the trial become candidates, which are then checked like any
other and count as tries like any other.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from agent.mutations.mutants import Mutant, mutants
from agent.sources import Source, Sources
from agent.state import Candidate, FixState, Step, Suspect, with_run
from agent.tools import Tools
from agent.trial import Trial, seconds_for_one
from codegen_lsp.model.backend import GREEDY
from codegen_lsp.syntax.definitions import Definition

MAX_FUNCTIONS = 3
"""The likeliest functions of which mutants are made."""

ENOUGH = 4
"""Mutants of one function that pass: enough to choose from."""

TRIAL_SECONDS = 30.0
"""What trying out the mutants of one function may take."""


def mutated(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the mutants that pass the failing tests waiting."""
    state = replace(state, mutants=0)
    if state.baseline is None or not state.baseline.per_test:
        return state
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
        limit=min(TRIAL_SECONDS, tools.limits.test_seconds),
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
    trial = trial_of(suspect, line, state, tools)
    passed, tried, run = trial.passing([mutant.text for mutant in made], ENOUGH)
    tools.tell(Step.PROPOSE, f"{len(passed)} of {tried} mutants pass", state.tries)
    state = with_run(state, run)
    count = state.mutants or 0
    found = [
        Candidate(
            number=count + at + 1,
            path=suspect.path,
            name=suspect.name,
            text=made[at].text,
            sampling=GREEDY,
            mutation=f"{made[at].what} in line {made[at].line}",
            by_model=made[at].by_model,
            votes=0,
            key=_key(suspect, made[at]),
        )
        for at in passed[:ENOUGH]
    ]
    return replace(
        state,
        mutants=count + tried,
        waiting=(*state.waiting, *found),
        seen=state.seen.union(candidate.key for candidate in found),
    )


def function_of(suspect: Suspect, tools: Tools) -> tuple[Source, Definition] | None:
    """Return the file and the function of a suspect as they are; None if it is not Python's."""
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    source = sources.read(PurePosixPath(suspect.path))
    target = source.named(suspect.name) if source else None
    if source is None or target is None or source.document.language != "python":
        return None
    return source, target


def _of_function(state: FixState, suspect: Suspect, tools: Tools) -> FixState:
    found = function_of(suspect, tools)
    if found is None:
        return state
    source, target = found
    made = mutants(source, target, dict(suspect.lines))
    return tried_out(made, suspect, target.first_line + 1, state, tools)


def _key(suspect: Suspect, mutant: Mutant) -> str:
    return f"{suspect.path}:{suspect.name}\n{mutant.key}"
