"""Chooses and builds the parts from the settings: the only place where parts are chosen.

The command line, the server and the agent each hold one :class:`Engine` and pass its model on to
the features.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from codegen_lsp.config.settings import APP, Settings
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.backend import Model
from codegen_lsp.model.client import EngineClient, EngineEvents
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.scripted_backend import SCHEME
from codegen_lsp.model.store import require_model

_MOST_PROJECTS = 8
"""The facts of as many projects are kept, of those last asked about."""

_MOST_ROOTS = 256
"""Files whose project is remembered; with more, all are looked for again."""

if TYPE_CHECKING:
    from codegen_lsp.project.facts import ProjectModules
    from codegen_lsp.project.project import Project


class Engine:
    """The parts a session uses, made from ``settings`` when they are first needed.

    ``events`` hears of the engine process's life; None when nobody listens.
    """

    def __init__(self, settings: Settings, events: EngineEvents | None = None) -> None:
        self.settings = settings
        self._events = events
        self._lock = threading.Lock()
        self._model: EngineClient | None = None
        self._drafts: Drafts | None = None
        self._projects: dict[Path, Project] = {}
        self._facts: dict[Path, ProjectModules] = {}
        self._roots: dict[Path, Path] = {}
        self._closed = False

    def model(self) -> Model:
        """Return the model handle; the engine process starts behind it and loads the model.

        Raises :class:`~codegen_lsp.errors.ModelUnavailable` when the model's file is not there.
        """
        return self.drafts().model

    def drafts(self) -> Drafts:
        """Return the drafts of completions, kept for as long as the model is.

        Raises what :meth:`model` raises.
        """
        with self._lock:
            if self._closed:
                raise ModelUnavailable("the engine was closed", advice="ask again")
            if self._model is None or self._drafts is None:
                self._model = EngineClient(worker_arguments(self.settings), events=self._events)
                self._drafts = Drafts(self._model)
            return self._drafts

    def facts(self, path: Path | None, *, is_patient: bool = False) -> "ProjectModules | None":
        """Return what is known of the modules of the project that holds the file ``path``.

        None for a buffer without a file. One that is patient waits until a module is read.
        """
        if path is None or self._closed:
            return None
        # Imported here: a server must not wait for the parsers before it says what it can do.
        from codegen_lsp.project.facts import ProjectModules
        from codegen_lsp.project.root import root_of

        with self._lock:
            root = self._roots.get(path)
        if root is None:  # several looks at the disk, which a keystroke need not pay for
            root = root_of(path) or path.absolute().parent
        with self._lock:
            if len(self._roots) >= _MOST_ROOTS:
                self._roots.clear()
            self._roots[path] = root
            found = self._facts.pop(root, None) or ProjectModules(root, is_patient=is_patient)
            self._facts[root] = found
            while len(self._facts) > _MOST_PROJECTS:
                self._facts.pop(next(iter(self._facts)))
            return found

    def project(self, root: Path) -> "Project | None":
        """Return the project in the folder ``root``; the first time, its index is begun.

        None when the engine was closed. Raises ``OSError`` when no process can be started.
        """
        # Imported here: a server must not wait for the parsers before it says what it can do.
        from codegen_lsp.project.project import Project

        with self._lock:
            if self._closed:
                return None
            if root not in self._projects:
                cache = platformdirs.user_cache_path(APP) / "index"
                self._projects[root] = Project(root, cache)
            project = self._projects[root]
        project.start()
        return project

    def projects(self) -> "list[Project]":
        """Return the projects that were asked for so far."""
        with self._lock:
            return list(self._projects.values())

    @property
    def ready(self) -> bool:
        """Whether the model is loaded, so that a request begins at once."""
        return self._model is not None and self._model.ready

    def start(self) -> None:
        """Begin loading the model; raises what :meth:`model` raises."""
        self.model()
        if self._model is not None:
            self._model.start()

    def close(self) -> None:
        """End the engine process and the indexing, if there is any; none is started any more."""
        with self._lock:
            self._closed = True
            model, self._model, self._drafts = self._model, None, None
            projects, self._projects = self._projects, {}
            facts, self._facts = self._facts, {}
        if model is not None:
            model.close()
        for project in projects.values():
            project.close()
        for modules in facts.values():
            modules.close()


def worker_arguments(settings: Settings) -> list[str]:
    """Return the arguments that make the engine process load the model of ``settings``.

    Raises :class:`~codegen_lsp.errors.ModelUnavailable` when its file is not there.
    """
    model = settings.model
    if model.name.startswith(SCHEME):
        return ["--script", str(Path(model.name.removeprefix(SCHEME)).expanduser())]
    path = require_model(settings)
    arguments = [
        "--model",
        str(path),
        "--threads",
        str(model.threads),
        "--context-tokens",
        str(model.context_tokens),
        "--gpu-layers",
        str(model.gpu_layers),
        "--target-ms",
        str(settings.completion.target_ms),
    ]
    if model.keep_prompts:
        arguments += ["--prompts", str(model.folder.parent / "prompts" / f"{path.stem}.prompts")]
    return arguments
