"""Fetching a model where the user can watch; everything is said on standard error.

What happens behind it is :mod:`codegen_lsp.model.download`; how it looks is
:mod:`codegen_lsp.cli.fetching_display`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from codegen_lsp.errors import Cancelled

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.model.catalog import KnownModel


def introduction(model: "KnownModel") -> str:
    """Say what is about to be fetched: its size, its licence, and from where."""
    source = model.sources[0]
    return (
        f"fetching {model.name} ({model.size_text}, {model.licence}) "
        f"from the {source.label} ({source.place})"
    )


def fetch(model: "KnownModel", settings: "Settings") -> Path:
    """Fetch and verify ``model`` unless it is there; return its file.

    Raises what :func:`codegen_lsp.model.download.pull` raises; Ctrl-C becomes
    :class:`~codegen_lsp.errors.Cancelled` with a word about going on later.
    """
    from codegen_lsp.cli.fetching_display import display
    from codegen_lsp.model.download import pull

    with display() as progress:
        try:
            return pull(model, settings.model.folder, offline=settings.offline, progress=progress)
        except KeyboardInterrupt as error:
            raise Cancelled(
                "stopped", advice=f"`codegen models pull {model.name}` goes on from here"
            ) from error
