"""What a completion asked for by hand is told of its project: gathered at once, and waited for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen_lsp.config.settings import CompletionSettings
    from codegen_lsp.context.chunk import ToldContext
    from codegen_lsp.document.text import Document, Position
    from codegen_lsp.engine import Engine

INDEX_SECONDS = 3.0
"""How long the index is waited for; the model takes about as long to load."""


def context_at(
    engine: "Engine", document: "Document", position: "Position", settings: "CompletionSettings"
) -> "ToldContext | None":
    """Return what to tell at a place of the file that was named; None for a lone file."""
    from codegen_lsp.features.project_context import context_for
    from codegen_lsp.project.root import root_of

    root = root_of(document.path) if document.path is not None else None
    if root is None or settings.context_tokens < 0:
        return None
    project = engine.project(root)
    engine.start()
    if project is None:
        return None
    project.wait(INDEX_SECONDS)
    return context_for(
        document,
        position,
        project=project,
        settings=settings,
        speed=engine.drafts().model.speed,
    )
