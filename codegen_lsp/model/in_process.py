"""A :class:`~codegen_lsp.model.backend.Model` without a process: runs a backend where it is called.

For tests and evaluations, where a second process would only be in the way. One request at a time.
"""

import threading
from collections.abc import Generator

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Backend, Finished, GenerationRequest, ModelDescription, Piece


class InProcessModel:
    """Runs ``backend`` on the calling thread, one request after another."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()

    def describe(self) -> ModelDescription:
        """Say what is loaded."""
        return self._backend.describe()

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield the backend's pieces, looking at ``cancellation`` before every step."""
        with self._lock:
            for step in self._backend.generate(request):
                if cancellation is not None:
                    cancellation.raise_if_cancelled()
                if step is not None:
                    yield step

    def close(self) -> None:
        """Free the model."""
        self._backend.close()
