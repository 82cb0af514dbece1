"""Last step: what to hand back.

A fix becomes a diff against the user's state, with the certificate of what was run; anything else
becomes one line that says why there is none.
"""

from dataclasses import replace

from agent.report import Cost, FixReport, Outcome, diff_of
from agent.state import FixState, Step
from agent.tools import Tools


def deliver(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with its report."""
    runner = tools.runner
    done = FixReport(
        outcome=state.outcome or Outcome.NO_FIX,
        summary=state.reason or _summary(state),
        advice=state.advice,
        root=str(runner.project.top),
        folder=str(runner.project.folder),
        diff=diff_of(state.changes),
        changes=state.changes,
        certificate=state.certificate,
        failing=tuple(case.case for case in state.targets),
        fallen=tuple(sorted(state.fallen, key=lambda each: each.number)),
        cost=_cost(state, tools),
        model=tools.model.describe().name if state.answers else "",
        sandbox=runner.sandbox.description,
        commands=state.commands,
        notes=(*runner.scratch.notes, *state.notes, *_untested(state)),
    )
    tools.tell(Step.DELIVER, done.summary, state.tries)
    return replace(state, report=done)


def _summary(state: FixState) -> str:
    chosen = state.chosen
    if chosen is None:
        return "no verified fix"
    names = " and ".join(dict.fromkeys([*state.built_on, chosen.candidate.name]))
    files = " and ".join(dict.fromkeys(change.path for change in state.changes))
    return f"verified fix of {names} in {files}"


def _untested(state: FixState) -> tuple[str, ...]:
    if state.chosen or not state.waiting:
        return ()
    return (f"{len(state.waiting)} more answers were not tested",)


def _cost(state: FixState, tools: Tools) -> Cost:
    return Cost(
        tries=state.tries,
        answers=state.answers,
        seconds=round(tools.limits.seconds, 2),
        model_seconds=round(state.model_seconds, 2),
        test_seconds=round(state.test_seconds, 2),
        tokens_read=state.tokens_read,
        tokens_written=state.tokens_written,
        mutants=state.mutants,
        first_good_try=state.survivors[0].attempt if state.survivors else None,
    )
