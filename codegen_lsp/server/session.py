"""What the server knows of its client: open documents, settings, capabilities, the engine.

Written on the event loop's thread only. Handlers take an immutable snapshot and work on that.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.config.load import merge
from codegen_lsp.config.settings import Settings
from codegen_lsp.document.text import Document
from codegen_lsp.engine import Engine
from codegen_lsp.server.ahead import Ahead
from codegen_lsp.server.answers import Answers
from codegen_lsp.server.findings import Findings
from codegen_lsp.server.from_lsp import path_of
from codegen_lsp.server.garbage import Heap
from codegen_lsp.server.guard import Workers
from codegen_lsp.server.status import Status
from codegen_lsp.server.transport import Server

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Knowledge
    from codegen_lsp.features.examples import Examples
    from codegen_lsp.features.project_context import Contexts


class Session:
    """One client, from ``initialize`` to ``exit``."""

    def __init__(self, server: Server, settings: Settings) -> None:
        self._base = settings
        self._documents: dict[str, Document] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._touched: dict[str, int | None] = {}
        self.progress_tokens: dict[t.ProgressToken, Callable[[], None]] = {}
        self._snoozed: str | None = None
        self._waking: asyncio.TimerHandle | None = None
        self.server = server
        self.settings = settings
        self.status = Status(server)
        self.workers = Workers()
        self.engine = Engine(settings, self.status)
        self.answers = Answers(self)
        self.ahead = Ahead(self)
        self.findings = Findings(self)
        self.heap = Heap()
        self.status.tell_pause(self.paused, offline=settings.offline)

    @cached_property
    def contexts(self) -> "Contexts":
        """What is told with each document; used on the threads of features."""
        # Imported here: `initialize` must not wait for the parsers.
        from codegen_lsp.features.project_context import Contexts

        return Contexts()

    def knowledge(
        self,
        uri: str,
        document: Document,
        least_mean: float,
        examples: "Examples | None" = None,
    ) -> "Knowledge":
        """Return what completions of a document may know beside it; for the threads of features."""
        from codegen_lsp.features.completion import Knowledge

        return Knowledge(
            project=self.engine.facts(document.path),
            context=self.contexts.told(uri),
            least_mean=least_mean,
            examples=examples,
        )

    @property
    def encoding(self) -> t.PositionEncodingKind | str:
        """The unit in which this client counts columns."""
        return self.server.server_capabilities.position_encoding or t.PositionEncodingKind.Utf16

    @property
    def capabilities(self) -> t.ClientCapabilities:
        """What the client can do."""
        return self.server.client_capabilities

    def folder_of(self, uri: str | None) -> Path | None:
        """Return the folder a request about ``uri`` speaks of: the file's, or the workspace's."""
        path = path_of(uri) if uri else None
        if path is not None:
            return path if path.is_dir() else path.parent
        folders = [path_of(folder) for folder in self.server.workspace.folders]
        root = self.server.workspace.root_path
        return next(
            (folder for folder in folders if folder is not None), Path(root) if root else None
        )

    def in_background(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine beside the handlers, holding on to it until it is done."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def close(self) -> None:
        """Stop all work and end the engine."""
        self.workers.close()
        self.engine.close()
        self.answers.close()

    def snapshot(self, uri: str) -> Document | None:
        """Return the document as it is now, or None when it is not open."""
        return self._documents.get(uri)

    def uris(self) -> list[str]:
        """Return the URIs of the open documents."""
        return list(self._documents)

    def put(self, uri: str, document: Document) -> None:
        """Set a document; only ``sync.py`` does."""
        self._documents[uri] = document

    def touch(self, uri: str, line: int | None) -> None:
        """Note that a document was opened, or changed in ``line``; only ``sync.py`` does."""
        self._touched.pop(uri, None)
        self._touched[uri] = line

    def others(self, uri: str) -> list[tuple[Document, int | None]]:
        """Return the other open documents, the one touched last first, and where it was changed."""
        return [
            (self._documents[other], line)
            for other, line in reversed(self._touched.items())
            if other != uri and other in self._documents
        ]

    def remove(self, uri: str) -> None:
        """Forget a document; only ``sync.py`` does."""
        self._documents.pop(uri, None)
        self._touched.pop(uri, None)
        self.ahead.forget(uri)
        if "contexts" in self.__dict__:  # else nothing was told yet
            self.contexts.forget(uri)

    def is_current(self, uri: str, document: Document) -> bool:
        """Say whether a snapshot is still what the client has."""
        return self._documents.get(uri) is document

    def configure(self, options: Any) -> tuple[str, ...]:
        """Lay the client's options over the user's file; return a message for each bad one.

        A change of model starts another engine.
        """
        if not isinstance(options, Mapping):
            return () if options is None else ("the settings sent by the editor are no object",)
        loaded = merge(self._base, options)
        if loaded.settings.model != self.settings.model:
            self.engine.close()
            self.engine = Engine(loaded.settings, self.status)
        self.settings = loaded.settings
        for uri in self.uris():
            self.ahead.forget(uri)
        self.status.tell_pause(self.paused, offline=self.settings.offline)
        return loaded.messages

    @property
    def paused(self) -> str | None:
        """Why no suggestions are made in any document, in words; None when they are."""
        if not self.settings.completion.enabled:
            return "suggestions are off (completion.enabled)"
        return self._snoozed

    def pause(self, seconds: float, reason: str | None) -> None:
        """Make no suggestions for ``seconds``, for a ``reason`` in words; None ends it."""
        if self._waking is not None:
            self._waking.cancel()
            self._waking = None
        if reason is not None:
            self._waking = asyncio.get_running_loop().call_later(seconds, self.pause, 0, None)
        self._snoozed = reason
        self.status.tell_pause(self.paused, offline=self.settings.offline)

    @property
    def has_inline_completion(self) -> bool:
        """Whether the client draws ghost text itself."""
        text_document = self.capabilities.text_document
        return text_document is not None and text_document.inline_completion is not None

    @property
    def has_progress(self) -> bool:
        """Whether the client shows work-done progress that the server begins."""
        window = self.capabilities.window
        return window is not None and bool(window.work_done_progress)
