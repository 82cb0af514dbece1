"""``codegen`` with a source for its models that is a file of this machine, and slow.

The file is named by ``CODEGEN_TEST_MODEL``. All else is the product: the offer, the progress, the
hash, and what becomes of a download that was cancelled.
"""

import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

from codegen_lsp.cli.main import main
from codegen_lsp.model.catalog import MODELS
from codegen_lsp.model.source import Arrival

PIECE = 1024**2
SECONDS_FOR_A_PIECE = 0.01


class FileSource:
    """A file on this machine."""

    label, place, scratch_bytes = "a file", "this machine", 0

    def stream(self, start: int, _size: int, _workspace: Path) -> Generator[Arrival, None, None]:
        """Yield its bytes from ``start`` on."""
        with Path(os.environ["CODEGEN_TEST_MODEL"]).open("rb") as file:
            file.seek(start)
            while piece := file.read(PIECE):
                time.sleep(SECONDS_FOR_A_PIECE)
                yield piece


for model in MODELS:
    object.__setattr__(model, "sources", (FileSource(),))
sys.exit(main())
