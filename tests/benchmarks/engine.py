"""The real engine in this process, set up as the worker sets it up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from codegen_lsp.model.lookup import Luck
from codegen_lsp.model.worker import SPIN_COUNT

if TYPE_CHECKING:
    from codegen_lsp.model.llama.backend import LlamaBackend


@contextmanager
def loaded(path: Path, threads: int, luck: Luck | None = None) -> Iterator["LlamaBackend"]:
    """Load a model, let it measure its speed, and free it at the end."""
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)  # before llama.cpp is loaded
    from codegen_lsp.model.llama.backend import LlamaBackend
    from codegen_lsp.model.llama.native import LoadOptions

    backend = LlamaBackend(LoadOptions(path=path, threads=threads), luck)
    try:
        for _ in backend.idle():
            pass
        yield backend
    finally:
        backend.close()
