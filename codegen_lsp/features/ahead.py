"""What is done before anybody asks: the next completion is found, and prompts are read.

All of it is idle work: the engine does it when nobody waits for anything, and whoever wants
something else ends it.
"""

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.document.text import Document, Position
from codegen_lsp.features.alternatives import is_wanted
from codegen_lsp.features.asking import question_for
from codegen_lsp.features.candidate import Choice
from codegen_lsp.features.completion import (
    NOTHING_KNOWN,
    Attempt,
    Completion,
    Knowledge,
    is_inside_word,
    place_at,
)
from codegen_lsp.features.drafting import Drafting
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.generation import Generation


def complete_ahead(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    name: str | None = None,
    knowledge: Knowledge = NOTHING_KNOWN,
    cancellation: Cancellation | None = None,
) -> Completion | None:
    """Return what an editor that asks by itself would get at ``position``, written as idle work.

    For the place where the cursor will be if a suggestion is accepted: it is checked as well, so
    that whoever comes there waits for nothing. None where the settings forbid work ahead, where
    the answer must wait for somebody to ask (others would be looked for), while something else
    runs for the document, and when a request took the draft over or ended it. Setting
    ``cancellation`` ends this, not the draft. Raises what
    :func:`~codegen_lsp.features.completion.complete` raises.
    """
    place = place_at(document, position, knowledge.project)
    if not settings.work_ahead or is_inside_word(place):
        return None
    question = question_for(
        document, position, drafts.model, settings, name, context=knowledge.context
    )
    draft = drafts.prepare(question.request, question.indent)
    if draft is None:
        return None
    attempt = Attempt(document, question, draft, Drafting(place), knowledge, by_hand=False)
    attempt.run(settings, cancellation)
    if attempt.drafting.over is not None:
        return None
    first = attempt.first()
    if is_wanted(first, by_hand=False, least_mean=knowledge.least_mean):
        return None
    return attempt.completion(Choice(first))


def read_ahead(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    name: str | None,
    context: ToldContext,
) -> Generation | None:
    """Have the prompt with ``context`` read while nobody waits; None when that is not the time.

    Raises what :func:`~codegen_lsp.features.completion.complete` raises.
    """
    question = question_for(document, position, drafts.model, settings, name, context=context)
    return drafts.read_ahead(question.request)
