"""The model on first use: what a terminal verb does before it makes an engine.

Only verbs that a person starts call this. The server never fetches inside a request.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.model.catalog import KnownModel


def ensure_model(settings: "Settings", models: "tuple[KnownModel, ...] | None" = None) -> None:
    """See that the model ``settings`` name is here, fetching it if it is one of ``models``.

    ``models`` None means the catalogue. Scripts and files of the user's own are left to whoever
    opens them. Raises :class:`~codegen_lsp.errors.ModelUnavailable` when there will be no model.
    """
    from codegen_lsp.model.catalog import MODELS, find
    from codegen_lsp.model.scripted_backend import SCHEME
    from codegen_lsp.model.store import FileState, is_path, state_of

    name = settings.model.name
    if name.startswith(SCHEME) or is_path(name):
        return
    model = find(name, MODELS if models is None else models)
    if state_of(model, settings.model.folder) in {FileState.PRESENT, FileState.VERIFIED}:
        return

    from codegen_lsp.cli.fetching import fetch, introduction

    if not settings.offline:
        print(f"codegen: first use: {introduction(model)}", file=sys.stderr)
    fetch(model, settings)
