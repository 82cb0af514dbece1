"""Completions for holes in texts: through the product, and from the bare model.

Every item gets drafts of its own, so that what it is given depends on no other item.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from agent.examples import examples_for
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document
from codegen_lsp.features.completion import Completion, Knowledge, complete
from codegen_lsp.features.project_context import context_for
from codegen_lsp.model.backend import GenerationRequest, Model, Piece
from codegen_lsp.model.budget import LONGEST, budget_for
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.project.project import Project
from codegen_lsp.prompt.prompt import FimPrompt
from tests.evals.kind import Answer, Parts

BARE_TOKENS = 160
"""The most tokens the bare model may write into a hole."""


def completion_settings(settings: CompletionSettings) -> CompletionSettings:
    """Return ``settings`` with nothing left to chance.

    Window and length would otherwise follow from how busy the machine was when its speed was
    measured: they are what the product chooses for the speed it assumes when nothing was measured.
    Work ahead is off, since it would go on during the next item.
    """
    budget = budget_for(None, settings.target_ms)
    return replace(
        settings,
        work_ahead=False,
        window_before_tokens=settings.window_before_tokens or budget.window_before,
        window_after_tokens=settings.window_after_tokens or budget.window_after,
        max_tokens=settings.max_tokens or LONGEST,
    )


def completed(
    prefix: str,
    suffix: str,
    parts: Parts,
    *,
    language: str | None,
    path: Path | None = None,
    settings: CompletionSettings | None = None,
    project: Project | None = None,
) -> Answer:
    """Ask the product for a completion between ``prefix`` and ``suffix``, as a user would by hand.

    ``settings`` are those of ``parts`` if they are None. With a ``project``, the model is told of
    it what the product chooses at this place.
    """
    document = Document(prefix + suffix, language=language, path=path)
    position = document.position(len(prefix))
    chosen = completion_settings(settings or parts.settings.completion)
    context = None
    if project is not None:
        context = context_for(document, position, project=project, settings=chosen, speed=None)
    completion = complete(
        document,
        position,
        drafts=Drafts(parts.model),
        settings=chosen,
        knowledge=Knowledge(context=context, examples=examples_for(chosen)),
    )
    told = [f"{each.source}: {each.path}" for each in context.chunks] if context else []
    more = {
        "draft": completion.draft,
        **_certainty(completion),
        **({"told": told} if project is not None else {}),
    }
    return Answer(completion.text, completion.dropped, more=more)


def _certainty(completion: Completion) -> dict[str, Any]:
    """Return how sure the model was, how many drafts were looked at, and which examples held."""
    sure = completion.confidence
    numbers = None if sure is None else [round(value, 3) for value in astuple(sure)]
    return {
        "confidence": numbers,
        "candidates": len(completion.candidates) or 1,
        "examples": [completion.held, completion.examples],
    }


def filled(
    prefix: str, suffix: str, model: Model, *, enough: Callable[[str], bool] = lambda _: False
) -> Answer:
    """Ask the bare model, greedily, until it ends or its text is ``enough``."""
    request = GenerationRequest(FimPrompt(prefix, suffix), max_tokens=BARE_TOKENS)
    text = ""
    with closing(model.stream(request)) as steps:
        for step in steps:
            if isinstance(step, Piece):
                text += step.text
                if enough(text):
                    break
    return Answer(text)


def has_whole_line(text: str) -> bool:
    """Say whether a line of ``text`` that is not blank has its line end."""
    return "\n" in text.lstrip()
