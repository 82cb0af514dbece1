"""Third step: choose the next candidates; if none waits, see to new ones.

The model writes one answer, then mutants are tried out, then single lines that the model fills in
again, then the model writes blocks of answers.
What the model writes is sorted out before anything is run: what is unusable, unchanged or known is
refused. The rest waits in the state, the rewrite that came up most often first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from agent.answer import Unusable, find_function
from agent.ground import built_on, may_be_built_on
from agent.mutating import mutated
from agent.question import Question, next_question, request_for, samplings_of
from agent.refilling import refilled
from agent.report import Fallen, Outcome, Stage
from agent.rewrite import Rewrite, normalised, original_text, rewritten
from agent.sources import Sources
from agent.state import Candidate, FixState, Step
from agent.tools import Tools
from agent.writing import Draft, write
from codegen_lsp.model.backend import Sampling

ENOUGH_SURVIVORS = 3
"""Candidates that passed every check: enough to choose from."""


def propose(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with candidates to check, with nothing but refused answers, or at its end.

    The model is asked only when no candidate waits. Once one has passed every check those that
    wait are checked as well, to have a choice, but no new ones are made.
    """
    limit = tools.limits.reached(tries=state.tries)
    if state.survivors and (
        limit is not None or not state.waiting or len(state.survivors) >= ENOUGH_SURVIVORS
    ):
        return replace(state, next=Step.CHOOSE)
    is_their_turn = tools.limits.with_mutants and state.blocks > 0 and not state.mutated
    if limit is None and not state.waiting and is_their_turn:
        state = mutated(state, tools)
    if limit is None and not state.waiting and state.mutated and not state.refilled:
        state = refilled(state, tools)
    if limit is None and not state.waiting and may_be_built_on(state, tools):
        state = built_on(state, tools)
        if state.next is Step.LOCALISE:
            return state
    if limit is None and not state.waiting:
        limit = tools.limits.asked_enough(
            answers=state.answers, tokens=state.tokens_written, reserved=_suite_seconds(state)
        )
        if limit is None:
            state = _ask(state, tools)
    if limit is not None:
        reason = f"no verified fix: {limit}"
        return replace(state, next=Step.DELIVER, outcome=Outcome.NO_FIX, reason=reason)
    if not state.waiting:
        return replace(state, next=Step.PROPOSE)
    width = min(len(tools.lanes), tools.limits.tries_left(state.tries))
    batch, others = state.waiting[:width], state.waiting[width:]
    return replace(state, next=Step.SCREEN, batch=batch, waiting=others)


def _suite_seconds(state: FixState) -> float:
    """Return what a run of the whole suite takes; 0 if that is not known, since it hung."""
    baseline = state.baseline
    return 0.0 if baseline is None or baseline.timed_out else baseline.seconds


def _ask(state: FixState, tools: Tools) -> FixState:
    """Let the model write one block of answers, and sort out what it wrote.

    It stops in time to test what it has written by then.
    """
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    question = next_question(state, sources)
    context_tokens = tools.model.describe().context_tokens
    paths = tools.runner.scratch.paths
    request = request_for(question, state, sources, tools.limits, context_tokens, paths)
    first, last = state.answers + 1, state.answers + len(samplings_of(request))
    numbers = f"answer {first}" if first == last else f"answers {first} to {last}"
    tools.tell(Step.PROPOSE, f"{numbers}: rewriting {question.suspect.name}", state.tries)
    started, reserved = tools.limits.seconds, _suite_seconds(state)
    written = write(
        tools.model, request, tools.cancellation, lambda: tools.limits.seconds_left <= reserved
    )
    state = replace(
        state,
        blocks=state.blocks + 1,
        tokens_read=state.tokens_read + written.tokens_read,
        tokens_written=state.tokens_written + written.tokens_written,
        model_seconds=state.model_seconds + tools.limits.seconds - started,
    )
    return _sorted_out(state, question, written.drafts, samplings_of(request))


def _sorted_out(
    state: FixState, question: Question, drafts: Sequence[Draft], samplings: Sequence[Sampling]
) -> FixState:
    """Let the new and usable ones among ``drafts`` wait, those with most votes first."""
    suspect = question.suspect
    found: dict[str, Candidate] = {}
    votes: Counter[str] = Counter()
    fallen = list(state.fallen)
    answers = enumerate(zip(drafts, samplings, strict=True), state.answers + 1)
    for number, (draft, sampling) in answers:
        rewrite = _rewrite(question, draft)
        if isinstance(rewrite, Unusable):
            fallen.append(Fallen(number, suspect.name, Stage.ANSWER, rewrite.reason))
            continue
        key = f"{suspect.path}:{suspect.name}\n{rewrite.key}"
        votes[key] += 1
        if key in state.seen or key in found:
            reason = "it repeats an earlier answer"
            fallen.append(Fallen(number, suspect.name, Stage.ANSWER, reason))
        else:
            found[key] = Candidate(
                number, suspect.path, suspect.name, rewrite.text, sampling, key=key
            )
    ranked = sorted(found, key=lambda key: votes[key], reverse=True)
    return replace(
        state,
        answers=state.answers + len(drafts),
        waiting=tuple(replace(found[key], votes=votes[key]) for key in ranked),
        seen=state.seen.union(found),
        fallen=tuple(fallen),
    )


def _rewrite(question: Question, draft: Draft) -> Rewrite | Unusable:
    """Make a new text of the file of what the model wrote, unless it brings nothing."""
    source, target = question.source, question.target
    text = question.answer_start + draft.text
    language = source.language
    answer = find_function(text, question.suspect.name, language=language, cut=draft.cut)
    if isinstance(answer, Unusable):
        return answer
    rewrite = rewritten(source, target, answer)
    if rewrite.key == normalised(original_text(source, target), language=language):
        return Unusable("it is the function as it was")
    return rewrite
