"""Third step: ask the model for one whole-function rewrite that has not been seen yet."""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from agent.answer import Answer, Unusable, find_function
from agent.briefing import briefing
from agent.report import Fallen, Outcome, Stage
from agent.rewrite import normalised, original_text, rewritten
from agent.schedule import Attempt, attempt
from agent.sources import Source, Sources
from agent.state import Candidate, FixState, Step, Suspect
from agent.tools import Tools
from codegen_lsp.model.backend import GenerationRequest, Piece, Priority
from codegen_lsp.prompt.prompt import ChatPrompt
from codegen_lsp.prompt.template import render, render_chat
from codegen_lsp.syntax.definitions import Definition

PROMPTS = "agent.prompts"

_CODE_START = "```python\n"
_CODE_END = "\n```"
_CHARACTERS_PER_TOKEN = 3
_SPARE_TOKENS = 150


@dataclass(frozen=True, slots=True)
class _Question:
    """One attempt, and the function it is about."""

    attempt: Attempt
    suspect: Suspect
    source: Source
    target: Definition


def propose(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with a candidate to check, with one more refused answer, or at its end."""
    limit = tools.limits.reached(
        tries=state.tries, answers=state.answers, tokens=state.tokens_written
    )
    if limit is not None:
        reason = f"no verified fix: {limit}"
        return replace(state, next=Step.REPORT, outcome=Outcome.NO_FIX, reason=reason)
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    question = _next_question(state, sources)
    name = question.suspect.name
    tools.tell(Step.PROPOSE, f"answer {state.answers + 1}: rewriting {name}", state.tries)
    request = _request(state, question, sources, tools)
    text, state = _generate(state, request, name, tools)
    return _considered(state, question, text)


def _next_question(state: FixState, sources: Sources) -> _Question:
    chosen = attempt(state.answers, len(state.suspects))
    suspect = state.suspects[chosen.suspect]
    source = sources.read(PurePosixPath(suspect.path))
    target = source.named(suspect.name) if source else None
    if source is None or target is None:
        raise LookupError(f"{suspect.name} is no longer in {suspect.path}")
    return _Question(chosen, suspect, source, target)


def _request(
    state: FixState, question: _Question, sources: Sources, tools: Tools
) -> GenerationRequest:
    told = briefing(question.source, question.target, state.targets, sources)
    ask = render(question.attempt.ask, package=PROMPTS, function=told.function).strip()
    original = len(original_text(question.source, question.target))
    wanted = original * 3 // (2 * _CHARACTERS_PER_TOKEN) + _SPARE_TOKENS
    return GenerationRequest(
        prompt=ChatPrompt(
            messages=render_chat("fix", package=PROMPTS, ask=ask, **told.fields()),
            answer_start=_CODE_START if question.attempt.code_only else "",
        ),
        max_tokens=min(wanted, tools.limits.tokens_left(state.tokens_written)),
        sampling=question.attempt.sampling,
        stop=(_CODE_END,) if question.attempt.code_only else (),
        priority=Priority.AGENT,
    )


def _generate(
    state: FixState, request: GenerationRequest, name: str, tools: Tools
) -> tuple[str, FixState]:
    """Let the model write until it has given the function, no longer than the run may take."""
    text = ""
    read = written = pieces = 0
    started = tools.limits.seconds
    for step in tools.model.stream(request, tools.cancellation):
        if isinstance(step, Piece):
            text += step.text
            pieces += 1
        else:
            read, written = step.tokens_read, step.tokens_written
        if tools.limits.seconds_left <= 0 or _is_complete(text, name):
            break
    return text, replace(
        state,
        answers=state.answers + 1,
        tokens_read=state.tokens_read + read,
        tokens_written=state.tokens_written + (written or pieces),
        model_seconds=state.model_seconds + tools.limits.seconds - started,
    )


def _is_complete(text: str, name: str) -> bool:
    """Say whether a code block has just been closed that holds the function."""
    closed = text.endswith(_CODE_END) and text.count("```") % 2 == 0
    return closed and isinstance(find_function(text, name), Answer)


def _considered(state: FixState, question: _Question, text: str) -> FixState:
    """Make a candidate of what the model wrote, unless it is unusable or known."""
    suspect, source, target = question.suspect, question.source, question.target
    start = _CODE_START if question.attempt.code_only else ""
    answer = find_function(start + text, suspect.name)
    if isinstance(answer, Unusable):
        return _refused(state, suspect, answer.reason)
    rewrite = rewritten(source, target, answer)
    if rewrite.key == normalised(original_text(source, target)):
        return _refused(state, suspect, "it is the function as it was")
    key = f"{suspect.path}:{suspect.name}\n{rewrite.key}"
    if key in state.seen:
        return _refused(state, suspect, "it repeats an earlier answer")
    sampling = question.attempt.sampling
    candidate = Candidate(suspect.path, suspect.name, rewrite.text, sampling)
    return replace(state, next=Step.CHECK, candidate=candidate, seen=state.seen | {key})


def _refused(state: FixState, suspect: Suspect, reason: str) -> FixState:
    fallen = Fallen(state.answers, suspect.name, Stage.ANSWER, reason)
    return replace(state, next=Step.PROPOSE, fallen=(*state.fallen, fallen))
