"""What a document's completions tell the model of the project, and when that changes.

Sources are asked when the cursor has come into another definition or behind another imported name,
or the file imports something else, and only while nobody waits; what they find is told only once
the model has read it. So a key costs what it cost before: a look at what is ready.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.context.edit_place import EditPlace, OpenDocument
from codegen_lsp.context.gather import gather
from codegen_lsp.document.text import Document, Position
from codegen_lsp.features.ahead import read_ahead
from codegen_lsp.features.asking import window_for
from codegen_lsp.model.backend import Finished, FinishReason
from codegen_lsp.model.budget import budget_for
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.speed import Speed
from codegen_lsp.project.project import Project

MOST_DOCUMENTS = 64
"""Documents whose context is remembered."""


def context_for(
    document: Document,
    position: Position,
    *,
    project: Project,
    settings: CompletionSettings,
    speed: Speed | None,
    others: Sequence[OpenDocument] = (),
    told: ToldContext | None = None,
) -> ToldContext | None:
    """Return what to tell at a place, behind what was ``told`` there before; None for nothing.

    It is ``told`` itself while that was chosen for this definition. Raises
    :class:`~codegen_lsp.errors.InvalidPosition`.
    """
    budget = budget_for(speed, settings.target_ms)
    tokens = settings.context_tokens or budget.context
    if tokens < 0 or document.path is None:
        return None
    window = window_for(document, position, settings, budget)
    path = document.path.resolve()
    document = replace(document, path=path)
    place = EditPlace(document, position, window, others)
    chosen_for = (
        place.name,
        place.read_off or place.importing,
        str(project.is_indexed),
        *sorted(f"{each.module} {each.name}" for each in place.imports),
    )
    if told is not None and told.chosen_for == chosen_for:
        return told
    chunks = gather(place, project, tokens, told=told.chunks if told is not None else ())
    return ToldContext(project.shown(path), chunks, chosen_for)


class Contexts:
    """What is told with each document of a session; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, ToldContext] = {}

    def told(self, name: str) -> ToldContext | None:
        """Return what the model has read for the document ``name``."""
        return self._told.get(name)

    def forget(self, name: str) -> None:
        """Forget a document that was closed."""
        with self._lock:
            self._told.pop(name, None)

    def reconsider(
        self,
        name: str,
        document: Document,
        position: Position,
        *,
        project: Project,
        drafts: Drafts,
        settings: CompletionSettings,
        others: Sequence[OpenDocument] = (),
        cancellation: Cancellation | None = None,
    ) -> bool:
        """Choose anew if the place is another one, and have the model read it; False: try later.

        Waits for the model, which has it read when nobody else wants anything. Raises what
        :func:`~codegen_lsp.features.completion.complete` raises.
        """
        before = self.told(name)
        chosen = context_for(
            document,
            position,
            project=project,
            settings=settings,
            speed=drafts.model.speed,
            others=others,
            told=before,
        )
        if chosen is None or chosen is before:
            return True
        is_read = before is not None and before.chunks == chosen.chunks
        if not is_read and chosen.chunks:
            reading = read_ahead(
                document,
                position,
                drafts=drafts,
                settings=settings,
                name=name,
                context=chosen,
            )
            if reading is None:
                return False
            *_, end = reading.follow(cancellation)
            if isinstance(end, Finished) and end.reason is not FinishReason.LENGTH:
                return False
        with self._lock:
            self._told[name] = chosen
            while len(self._told) > MOST_DOCUMENTS:
                del self._told[next(iter(self._told))]
        return True
