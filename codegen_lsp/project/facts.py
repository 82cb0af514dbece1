"""What the checks of a completion ask about a project, and what answers them.

A completion must not wait for a package to be read. So modules are read on a thread of their own;
who asks waits a few milliseconds at most, and what is not there by then is unknown this time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

from codegen_lsp.project.environment import Environment, environment_of
from codegen_lsp.project.module_facts import ModuleFacts, mended, read_facts
from codegen_lsp.project.modules import Unreadable, find_module, may_lie_deeper, submodules

_T = TypeVar("_T")

_MOST_MODULES = 512
"""Facts of as many modules are kept: 20 to 200 KB each."""

_MOST_BYTES = 262_144
"""A longer module is not read: that takes 0.1 s, in which a class of it is read in one go."""

_MOST_MENDED = 65_536
"""A text of more code points is not mended: Python reads it as a whole, up to three times."""

_PATIENCE_SECONDS = 0.008
"""How long one question waits for what is being read."""

_MOST_WAITED_SECONDS = 0.02
"""How long the questions of one completion wait together, which come without a pause."""

_PAUSE_SECONDS = 0.05


class ProjectFacts(Protocol):
    """Answers about the modules a project can import; ``importer`` is the file that asks."""

    def has_module(self, dotted: str, importer: Path | None) -> bool | None:
        """Say whether there is such a module; None when nobody knows."""

    def module(self, dotted: str, importer: Path | None) -> ModuleFacts | None:
        """Return what the module offers; None when nobody knows, or not yet."""

    def buffer(self, source: bytes, path: Path | None) -> ModuleFacts | None:
        """Return the facts of a text that is being edited; None when nobody knows, or not yet."""


class ProjectModules:
    """The modules of the project in the folder ``root``, read as they are needed.

    ``is_patient`` makes questions wait until they are answered. ``environment`` is looked for when
    None. Safe to use from several threads.
    """

    def __init__(
        self, root: Path, *, environment: Environment | None = None, is_patient: bool = False
    ) -> None:
        self.root = root
        self._environment = environment
        self._is_patient = is_patient
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Future[ModuleFacts | None]] = OrderedDict()
        self._found: Future[Environment] | None = None
        self._reader = ThreadPoolExecutor(1, "project")
        self._is_closed = False
        self._waited = 0.0
        self._asked_at = 0.0

    def has_module(self, dotted: str, importer: Path | None) -> bool | None:
        """Say whether there is such a module; None when nobody knows."""
        environment = self.environment()
        if environment is None:
            return None
        found = find_module(dotted, environment, importer)
        if found is Unreadable.UNKNOWN:
            return None
        if found is not None:
            return True
        top = dotted.partition(".")[0]
        if top and find_module(top, environment, importer) is None:
            return None if may_lie_deeper(top, self.root) else False
        return False

    def module(self, dotted: str, importer: Path | None) -> ModuleFacts | None:
        """Return what the module offers; None when nobody knows, or not yet."""
        environment = self.environment()
        if environment is None:
            return None
        found = find_module(dotted, environment, importer)
        told = environment.compiled.get(dotted)
        if found is Unreadable.COMPILED:
            return None if told is None else ModuleFacts(None, told)
        if not isinstance(found, Path):
            return None
        if found.suffix not in {".py", ".pyi"}:
            return ModuleFacts(found, frozenset(), submodules=submodules(found), is_complete=False)
        folder = found.parent.parent if found.stem == "__init__" else found.parent
        is_told = told is not None and folder in environment.search_path
        return self._source(found, told if is_told else None)

    def _source(self, path: Path, told: frozenset[str] | None) -> ModuleFacts | None:
        """Return the facts of a source file; ``told`` are all its names, if somebody knows."""
        inner = submodules(path) if path.stem == "__init__" else frozenset[str]()
        try:
            stat = path.stat()
        except OSError:
            return None
        if stat.st_size > _MOST_BYTES:
            return None
        key = (path, stat.st_mtime_ns, stat.st_size, inner)
        return self._answer(key, lambda: _read(path, inner, told))

    def buffer(self, source: bytes, path: Path | None) -> ModuleFacts | None:
        """Return the facts of a text that is being edited; None when nobody knows, or not yet."""
        if len(source) > _MOST_BYTES:
            return None
        key = (blake2b(source, digest_size=16).digest(), path)
        return self._answer(key, lambda: _read_buffer(source.decode("utf-8", "replace"), path))

    def environment(self) -> Environment | None:
        """Return the environment, None as long as it is being looked for."""
        if self._environment is None:
            with self._lock:
                if self._found is None and not self._is_closed:
                    self._found = self._reader.submit(environment_of, self.root)
            self._environment = self._result(self._found)
        return self._environment

    def close(self) -> None:
        """End the reading thread; what is under way is finished first, the rest stays unknown."""
        with self._lock:
            self._is_closed = True
        self._reader.shutdown(wait=True, cancel_futures=True)

    def _answer(self, key: Hashable, read: Callable[[], ModuleFacts | None]) -> ModuleFacts | None:
        with self._lock:
            future = self._answers.get(key)
            if future is None and self._is_closed:
                return None
            if future is None:
                future = self._answers[key] = self._reader.submit(read)
                while len(self._answers) > _MOST_MODULES:
                    self._answers.popitem(last=False)
            else:
                self._answers.move_to_end(key)
        return self._result(future)

    def _result(self, future: Future[_T] | None) -> _T | None:
        """Wait for an answer as long as patience allows."""
        if future is None or future.cancelled():
            return None
        if future.done() or self._is_patient:
            return future.result()
        now = time.monotonic()
        if now - self._asked_at > _PAUSE_SECONDS:
            self._waited = 0.0
        self._asked_at = now
        left = min(_PATIENCE_SECONDS, _MOST_WAITED_SECONDS - self._waited)
        if left <= 0:
            return None
        try:
            return future.result(left)
        except TimeoutError:
            return None
        finally:
            self._waited += time.monotonic() - now


def _read_buffer(source: str, path: Path | None) -> ModuleFacts | None:
    """Return the facts of a text that may be broken where it is written."""
    facts = read_facts(source, path)
    if facts is not None or len(source) > _MOST_MENDED:
        return facts
    return read_facts(mended(source), path)


def _read(path: Path, inner: frozenset[str], told: frozenset[str] | None) -> ModuleFacts | None:
    try:
        source = path.read_text("utf-8-sig", "replace")
    except OSError:
        return None
    facts = read_facts(source, path, inner)
    if facts is None or told is None:
        return facts
    return replace(facts, names=facts.names | told, stars=(), is_complete=True)
