"""Sixth step: which of the candidates that passed every check is the fix.

One that only answers the test's own input is none. The others are called with inputs made from
what the tests call the function with, in the same sandbox as the tests; see ``agreement.py`` for
what follows from what they do.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from agent.agreement import best, differences, standings
from agent.inputs import inputs_like
from agent.mutating import trial_of
from agent.overfitting import literals_of, special_case
from agent.report import Stage
from agent.rewrite import original_text
from agent.sources import Source, Sources
from agent.state import Candidate, FixState, Step, Suspect, Verified, with_fallen, with_run
from agent.suspects import functions_behind
from agent.tools import Tools
from codegen_lsp.document.text import Document

INPUTS = 60
"""Inputs on which candidates are compared."""

_SHOWN_OUTCOME = 60


def choose(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the survivor to certify, or with none left of those there were."""
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    state = _without_special_cases(state, sources, tools)
    survivors = state.survivors
    if not survivors:
        return replace(state, next=Step.PROPOSE)
    if len(survivors) == 1:
        return replace(state, next=Step.CERTIFY, chosen=survivors[0])
    return _compared(state, sources, tools)


def special_case_of(candidate: Candidate, state: FixState, sources: Sources) -> str | None:
    """Return the value of the test that ``candidate`` answers as a special case, None if none."""
    texts = [
        textwrap.dedent(original_text(place.source, place.definition))
        for case in state.targets
        for place in functions_behind(case, sources)
    ]
    values = [value for case in state.targets for _, value in case.failure.parameters]
    literals = literals_of([*dict.fromkeys(texts), *dict.fromkeys(values)])
    before = _function(sources.read(PurePosixPath(candidate.path)), candidate.name)
    after = _function(_source(candidate.path, candidate.text), candidate.name)
    return special_case(before, after, literals)


def _without_special_cases(state: FixState, sources: Sources, tools: Tools) -> FixState:
    kept: list[Verified] = []
    for survivor in state.survivors:
        candidate = survivor.candidate
        found = special_case_of(candidate, state, sources)
        if found is None:
            kept.append(survivor)
        else:
            reason = f"it answers the test's own {found} as a special case"
            tools.tell(Step.CHOOSE, f"refused at {Stage.OVERFITTING}: {reason}", state.tries)
            state = with_fallen(state, candidate, Stage.OVERFITTING, reason)
    return replace(state, survivors=tuple(kept))


def _compared(state: FixState, sources: Sources, tools: Tools) -> FixState:
    """Choose by what the survivors do; those of the first one's function are compared."""
    first = state.survivors[0].candidate
    place = (first.path, first.name)
    alike = [
        each for each in state.survivors if (each.candidate.path, each.candidate.name) == place
    ]
    suspect = next(each for each in state.suspects if (each.path, each.name) == place)
    votes = [each.candidate.votes for each in alike]
    inputs = inputs_like(suspect.inputs, INPUTS)
    before: tuple[str, ...] = ()
    after: Sequence[tuple[str, ...]] = [()] * len(alike)
    if inputs and len(alike) > 1:
        (before, *after), state = _outcomes(suspect, alike, inputs, state, sources, tools)
    at = best(standings(before, after, votes))
    notes = [
        f"{len(alike)} changes pass all tests and differ on {suspect.name}"
        f"({difference.arguments[1:-1]}): {' / '.join(map(_cut, difference.outcomes))}"
        for difference in differences(inputs, after)[:1]
    ]
    told = f"survivor {at + 1} of {len(alike)}, compared on {len(inputs)} inputs"
    tools.tell(Step.CHOOSE, told, state.tries)
    return replace(state, next=Step.CERTIFY, chosen=alike[at], notes=(*state.notes, *notes))


def _outcomes(
    suspect: Suspect,
    alike: Sequence[Verified],
    inputs: Sequence[str],
    state: FixState,
    sources: Sources,
    tools: Tools,
) -> tuple[list[tuple[str, ...]], FixState]:
    source = sources.read(PurePosixPath(suspect.path))
    target = source.named(suspect.name) if source else None
    line = target.first_line + 1 if target else 0
    trial = trial_of(suspect, line, state, tools)
    texts = [None, *(each.candidate.text for each in alike)]
    found, run = trial.outcomes(texts, inputs)
    return found, with_run(state, run)


def _source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), Document(text, "python"))


def _function(source: Source | None, name: str) -> str:
    definition = source.named(name) if source else None
    return textwrap.dedent(original_text(source, definition)) if source and definition else ""


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_OUTCOME else text[:_SHOWN_OUTCOME] + "..."
