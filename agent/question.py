"""What the model is asked next: which function, in which words, for how many answers at once.

The order of questions is in ``schedule.py``, what is told of the bug in ``briefing.py``. Here they
become a request that fits into what is left of the limits and of the model's context.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent.briefing import briefing
from agent.limits import Limits
from agent.rewrite import original_text
from agent.schedule import Block, block
from agent.sources import Source, Sources
from agent.state import FixState, Suspect
from codegen_lsp.model.backend import GenerationRequest, Priority, Sampling
from codegen_lsp.prompt.prompt import ChatPrompt
from codegen_lsp.prompt.template import render, render_chat
from codegen_lsp.syntax.definitions import Definition

PROMPTS = "agent.prompts"

_CODE_END = "\n```"
_CLOSING_FENCE = "\n```\n"
"""Ends an answer that explains first; the fence that opens its code names the language."""

_CHARACTERS_PER_TOKEN = 3
_SPARE_TOKENS = 150


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a function, and the block of answers that is asked for."""

    block: Block
    suspect: Suspect
    source: Source
    target: Definition

    @property
    def answer_start(self) -> str:
        """What every answer begins with, before what the model writes."""
        return f"```{self.source.language}\n" if self.block.ask.code_only else ""


def next_question(state: FixState, sources: Sources) -> Question:
    """Return the question whose turn it is; the functions suspected are among ``sources``."""
    chosen = block(state.blocks, len(state.suspects))
    suspect = state.suspects[chosen.suspect]
    source = sources.read(PurePosixPath(suspect.path))
    target = source.named(suspect.name) if source else None
    if source is None or target is None:
        raise LookupError(f"{suspect.name} is no longer in {suspect.path}")
    return Question(chosen, suspect, source, target)


def request_for(
    question: Question,
    state: FixState,
    sources: Sources,
    limits: Limits,
    context_tokens: int,
    paths: Sequence[str] = (),
) -> GenerationRequest:
    """Ask for the answers of the block, fewer if the limits or the context have no room for all.

    ``paths`` are the files of the project.
    """
    prompt = _prompt(question, state, sources, paths)
    original = len(original_text(question.source, question.target))
    wanted = original * 3 // (2 * _CHARACTERS_PER_TOKEN) + _SPARE_TOKENS
    tokens_left = limits.tokens_left(state.tokens_written)
    room = context_tokens - _most_tokens(prompt)
    answers_left = limits.answers_left(tries=state.tries, answers=state.answers)
    width = max(1, min(answers_left, tokens_left // wanted, room // wanted))
    first, *siblings = question.block.samplings[:width]
    return GenerationRequest(
        prompt=prompt,
        max_tokens=min(wanted, tokens_left // (1 + len(siblings))),
        sampling=first,
        stop=(_CODE_END if question.block.ask.code_only else _CLOSING_FENCE,),
        priority=Priority.AGENT,
        siblings=tuple(siblings),
    )


def samplings_of(request: GenerationRequest) -> tuple[Sampling, ...]:
    """Return how each of the answers to ``request`` is written."""
    return (request.sampling, *request.siblings)


def _prompt(
    question: Question, state: FixState, sources: Sources, paths: Sequence[str]
) -> ChatPrompt:
    told = briefing(question.source, question.target, state.failing_targets, sources, paths)
    how = question.block.ask
    ask = render(how.template, package=PROMPTS, function=told.function, named=told.named).strip()
    messages = render_chat(how.frame, package=PROMPTS, ask=ask, **told.fields())
    return ChatPrompt(messages=messages, answer_start=question.answer_start)


def _most_tokens(prompt: ChatPrompt) -> int:
    characters = sum(len(message.content) for message in prompt.messages)
    return characters // _CHARACTERS_PER_TOKEN
