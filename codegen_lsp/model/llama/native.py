"""llama.cpp behind a small, typed surface: load, decode, move cache cells.

This package is the only importer of ``llama_cpp``. It speaks the low-level API because the
high-level one can neither keep several sequences nor shift a cached suffix nor stop while a prompt
is read.

A decode can be interrupted from another thread. llama.cpp asks an abort callback between graph
nodes, about a thousand times per decode; a Python callback there would take the interpreter's lock
each time. The callback is therefore libc's ``strlen`` on a two-byte buffer: the length of the empty
string is 0 (go on), and writing one byte makes it 1 (stop).

Moved cells are the exception. Their keys are turned in place, layer by layer, at the beginning of
the next decode, and an interrupted turn is made once more from its beginning (llama-kv-cache.cpp,
``update``): what was turned already would be turned twice. So an interrupt that comes before that
is over waits until llama.cpp logs what it does right after it.
"""

import ctypes
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from codegen_lsp.errors import EngineDied, ModelUnavailable

BATCH_TOKENS = 512
"""The most tokens one decode takes: llama.cpp aborts the process when given more."""

MICRO_BATCH_TOKENS = 128
"""How many of them are computed at once: no slower than 512 here, and a quarter of the memory."""

MAX_OUTPUTS = 16
"""The most tokens of one decode whose logits are wanted; bounds llama.cpp's compute buffer."""

_LOGGED_AFTER_A_MOVE = b"reserving a graph"
"""What llama.cpp logs once the keys of moved cells are turned (llama-context.cpp,
``memory_update``). Should it say so no more, a decode that moves cells is not interrupted at all.
"""


class Row(NamedTuple):
    """One token of a batch: where it goes, and whether the logits after it are wanted."""

    token: int
    position: int
    sequence: int
    logits: bool = False


class Status(IntEnum):
    """What a decode came to."""

    DONE = 0
    NO_ROOM = 1
    INTERRUPTED = 2


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded; the first fields are those of ``config.settings.ModelSettings``.

    ``target_ms`` is that of the completion settings; ``prompts`` is the file in which prompts for
    completion are kept, None for none.
    """

    path: Path
    threads: int = 0
    context_tokens: int = 8192
    gpu_layers: int = -1
    target_ms: int = 400
    prompts: Path | None = None


class NativeModel:
    """A loaded GGUF and nothing else; contexts are made from it."""

    def __init__(self, options: LoadOptions) -> None:
        """Load the file; raises :class:`~codegen_lsp.errors.ModelUnavailable` when it cannot be."""
        _silence()
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = options.gpu_layers
        # Without a GPU most weights are repacked into memory of our own, and a mapped file would
        # stay beside them: 1.75 GB instead of 1.16 GB for the 1.5B. With one, mapping is best.
        if options.gpu_layers == 0 or not llama_cpp.llama_supports_gpu_offload():
            parameters.load_mode = llama_cpp.LLAMA_LOAD_MODE_NONE
        self.options = options
        self.handle = llama_cpp.llama_model_load_from_file(os.fsencode(options.path), parameters)
        if not self.handle:
            raise ModelUnavailable(
                f"{options.path} cannot be loaded as a GGUF model",
                advice="codegen models verify tells whether the file is whole",
            )
        self.vocab: Any = llama_cpp.llama_model_get_vocab(self.handle)
        self.vocab_size: int = llama_cpp.llama_vocab_n_tokens(self.vocab)
        self.trained_context: int = llama_cpp.llama_model_n_ctx_train(self.handle)

    def metadata(self, key: str) -> str | None:
        """Return a value of the GGUF's metadata, or None."""
        buffer = ctypes.create_string_buffer(65_536)
        length = llama_cpp.llama_model_meta_val_str(
            self.handle, key.encode(), buffer, ctypes.sizeof(buffer)
        )
        return buffer.value.decode("utf-8", "replace") if length >= 0 else None

    def chat_template(self) -> str | None:
        """Return the Jinja chat template in the GGUF, or None."""
        template = llama_cpp.llama_model_chat_template(self.handle, None)
        return template.decode("utf-8", "replace") if template else None

    def close(self) -> None:
        """Free the weights."""
        if self.handle:
            llama_cpp.llama_model_free(self.handle)
            self.handle = None


class NativeContext:
    """One key-value cache and the machinery to fill it: ``sequences`` share ``tokens`` cells."""

    def __init__(self, model: NativeModel, *, tokens: int, sequences: int) -> None:
        """Allocate the cache; raises :class:`~codegen_lsp.errors.ModelUnavailable`."""
        threads = model.options.threads or physical_cores()
        self._model = model
        self._stop = ctypes.create_string_buffer(2)
        self._stopping = threading.Lock()
        self._is_interrupted = self._is_moving = False
        self._keep_alive = _strlen_as_abort_callback()
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = tokens
        parameters.n_batch = BATCH_TOKENS
        parameters.n_ubatch = MICRO_BATCH_TOKENS
        parameters.n_seq_max = sequences
        parameters.n_outputs_max = max(MAX_OUTPUTS, sequences)
        parameters.kv_unified = True
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        parameters.no_perf = True
        parameters.abort_callback = self._keep_alive
        parameters.abort_callback_data = ctypes.cast(self._stop, ctypes.c_void_p)
        self.tokens = tokens
        self.sequences = sequences
        self.threads = threads
        self._context = llama_cpp.llama_init_from_model(model.handle, parameters)
        if not self._context:
            raise ModelUnavailable(
                f"there is no memory for a context of {tokens} tokens",
                advice="lower the option model.context_tokens",
            )
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(BATCH_TOKENS, 0, 1)

    @property
    def handle(self) -> Any:
        """The raw context, for samplers of this package."""
        return self._context

    def interrupt(self) -> None:
        """Make a decode that is under way, or the next one, end early; from any thread.

        Where cells are being moved, once that is over.
        """
        with self._stopping:
            self._is_interrupted = True
            if not self._is_moving:
                self._stop[0] = b"\1"

    def clear_interrupt(self) -> None:
        """Let decodes run again."""
        with self._stopping:
            self._is_interrupted = False
            self._stop[0] = b"\0"

    def decode(self, rows: Sequence[Row]) -> Status:
        """Read at most :data:`BATCH_TOKENS` tokens, at most :data:`MAX_OUTPUTS` with logits.

        Positions must follow the last one of their sequence. When interrupted or out of room, some
        of the tokens may have been read: ask :meth:`length`; rows of several sequences are then all
        left out as long as they fit one micro-batch. Raises
        :class:`~codegen_lsp.errors.EngineDied` when llama.cpp reports a fatal error.
        """
        batch = self._batch
        batch.n_tokens = len(rows)
        for index, (token, position, sequence, logits) in enumerate(rows):
            batch.token[index] = token
            batch.pos[index] = position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = logits
        _decoding.moved = self._moved if self._is_moving else None
        try:
            code: int = llama_cpp.llama_decode(self._context, batch)
        finally:
            _decoding.moved = None
            self._moved()
        if code not in (0, 1, 2):
            raise EngineDied(f"llama.cpp failed to decode {len(rows)} tokens (code {code})")
        return Status(code)

    def logits(self, row: int = -1) -> NDArray[np.float32]:
        """Return the logits after a row of the last batch: a view, valid until the next decode."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self._model.vocab_size,))

    def length(self, sequence: int) -> int:
        """Return how many positions ``sequence`` spans: one more than its last position."""
        return int(llama_cpp.llama_memory_seq_pos_max(self._memory, sequence)) + 1

    @property
    def can_shift(self) -> bool:
        """Whether positions can be changed; recurrent models have none."""
        return bool(llama_cpp.llama_memory_can_shift(self._memory))

    def remove(self, sequence: int, start: int, end: int = -1) -> bool:
        """Remove positions ``start`` to ``end`` (-1: to the last) from ``sequence``.

        False when the model cannot give back a part of a sequence; a whole one it always can.
        """
        return bool(llama_cpp.llama_memory_seq_rm(self._memory, sequence, start, end))

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        """Make the cells at positions ``start`` to ``end`` of ``source`` part of ``target`` too."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, start, end)

    def shift(self, sequence: int, start: int, end: int, delta: int) -> None:
        """Add ``delta`` to the positions ``start`` to ``end`` of ``sequence``.

        The next decode carries it out.
        """
        with self._stopping:
            self._is_moving = True
            self._stop[0] = b"\0"
        llama_cpp.llama_memory_seq_add(self._memory, sequence, start, end, delta)

    def _moved(self) -> None:
        """Note that no move is under way, so that decodes can be interrupted again."""
        with self._stopping:
            self._is_moving = False
            if self._is_interrupted:
                self._stop[0] = b"\1"

    def saved_bytes(self, sequence: int) -> int:
        """Return how much :meth:`save` would: about 28 KB a token with the 1.5B."""
        return int(llama_cpp.llama_state_seq_get_size(self._context, sequence))

    def save(self, sequence: int) -> bytes:
        """Return the cells of a whole sequence as bytes; 40 MB take about 20 ms, uninterrupted."""
        # Not a ctypes array: that would be filled with zeros first.
        buffer = np.empty(self.saved_bytes(sequence), np.uint8)
        written = llama_cpp.llama_state_seq_get_data(
            self._context, _pointer_to(buffer), len(buffer), sequence
        )
        return buffer[:written].tobytes()

    def restore(self, sequence: int, saved: bytes) -> bool:
        """Fill an empty sequence with cells that :meth:`save` returned.

        False when there is no room, or when they are not this model's; nothing is changed then.
        """
        buffer = np.frombuffer(saved, np.uint8)
        read = llama_cpp.llama_state_seq_set_data(
            self._context, _pointer_to(buffer), len(buffer), sequence
        )
        if not read:
            self.remove(sequence, 0)
        return bool(read)

    def close(self) -> None:
        """Free the cache."""
        if self._context:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
            self._context = None


def build_details() -> tuple[tuple[str, str], ...]:
    """Return llama-cpp-python's version and the features llama.cpp was built with."""
    system = llama_cpp.llama_print_system_info().decode("utf-8", "replace")
    return (
        ("llama-cpp-python", llama_cpp.__version__),
        ("build", " ".join(system.split())),
        ("gpu", "yes" if llama_cpp.llama_supports_gpu_offload() else "no"),
        ("cores", str(physical_cores())),
    )


def physical_cores() -> int:
    """Count the cores this process may use; two hardware threads of one core count once.

    A second thread on a core slows token generation down, which is bound by memory.
    """
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if allowed is None:
        return max(1, (os.cpu_count() or 1) // 2)
    siblings = set()
    for cpu in allowed:
        path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            siblings.add(path.read_text("ascii").strip())
        except OSError:
            siblings.add(str(cpu))
    return max(1, len(siblings))


def _pointer_to(buffer: NDArray[np.uint8]) -> Any:
    """Return the address of an array that is kept alive by the caller."""
    return buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))


def _strlen_as_abort_callback() -> Any:
    strlen = ctypes.CDLL(None).strlen
    return ctypes.cast(strlen, llama_cpp.ggml_abort_callback)


class _Decoding(threading.local):
    """Whom this thread's decode must tell when moved cells are where they belong."""

    moved: Callable[[], None] | None = None


_decoding = _Decoding()


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]  # ctypes
def _listen(_level: int, text: bytes, _data: Any) -> None:
    """Swallow llama.cpp's log: it goes to stderr, and names the user's files."""
    if _decoding.moved is not None and _LOGGED_AFTER_A_MOVE in text:
        _decoding.moved()


def _silence() -> None:
    llama_cpp.llama_log_set(_listen, ctypes.c_void_p(0))
