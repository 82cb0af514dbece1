"""A :class:`~codegen_lsp.model.backend.Model` without a process: runs a backend where it is called.

For tests and evaluations, where a second process would only be in the way. One request at a time.
"""

import threading
from collections.abc import Generator

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import Backend, Finished, GenerationRequest, ModelDescription, Piece
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.generation import Generation
from codegen_lsp.model.speed import Speed


class InProcessModel:
    """Runs ``backend`` on the calling thread, one request after another."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()

    def counters(self) -> Counters:
        """Say what the backend has done."""
        return self._backend.counters()

    @property
    def speed(self) -> Speed | None:
        """Nothing is measured here: there is no idle time."""
        return None

    def describe(self) -> ModelDescription:
        """Say what is loaded."""
        return self._backend.describe()

    def submit(self, request: GenerationRequest) -> Generation:
        """Begin a generation on a thread of its own."""
        stop = Cancellation()
        generation = Generation(cancel=stop.cancel, prioritise=lambda _priority: None)
        threading.Thread(
            target=self._produce, args=(generation, request, stop), daemon=True, name="model"
        ).start()
        return generation

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

    def _produce(
        self, generation: Generation, request: GenerationRequest, stop: Cancellation
    ) -> None:
        try:
            for step in self.stream(request, stop):
                generation.put(step)
        except CodegenError as error:
            generation.put(error)

    def close(self) -> None:
        """Free the model."""
        self._backend.close()
