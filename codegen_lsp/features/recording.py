"""A completion request with everything that decided its answer, to be carried out again elsewhere.

A recording is one line of JSON. It has the document's text in it, so that it is only ever made
where the user has named a file for it, and that file can be read by nobody else.
:mod:`.replay` carries recordings out.
"""

import json
import os
import platform
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings, ModelSettings
from codegen_lsp.context.chunk import ContextChunk, ToldContext
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import ModelUnavailable, UsageError
from codegen_lsp.features.completion import Completion, Trigger
from codegen_lsp.features.examples import Tried
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
)
from codegen_lsp.model.catalog import find
from codegen_lsp.model.drafts import Draft, Drafts
from codegen_lsp.model.speed import Speed
from codegen_lsp.model.wire import finished_from, piece_from

FORMAT = 1

WARNING = "every completion request is recorded, with its source code, in {file}"
"""What the user is told where a file is named for recordings."""

_PACKAGES = ("codegen-lsp", "llama-cpp-python", "tree-sitter")

Steps = tuple[Piece | Finished, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """One request: what was asked, what the model said (``streams``, in order), what came of it.

    ``model`` is its name and, where it is known, its SHA-256. ``speed`` is what was measured then,
    which decides how much the model sees. ``tried`` is what came of trying examples, in order.
    ``is_whole`` as in :class:`~codegen_lsp.features.completion.Completion`.
    """

    document: Document
    position: Position
    trigger: Trigger
    settings: CompletionSettings
    model: dict[str, str | None]
    description: ModelDescription
    speed: Speed | None
    streams: tuple[Steps, ...]
    text: str
    dropped: str | None
    is_whole: bool
    context: ToldContext | None = None
    tried: tuple[Tried, ...] = ()
    at: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)


class TappedDrafts(Drafts):
    """The drafts of ``drafts``, of which each step that somebody takes is noted."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__(drafts.model)
        self._drafts = drafts
        self.streams: list[list[Piece | Finished]] = []
        self.indent = ""

    def draft(
        self,
        request: GenerationRequest,
        indent: str = "",
        cancellation: Cancellation | None = None,
    ) -> Draft:
        """Return the draft that the drafts behind this have."""
        draft = self._drafts.draft(request, indent, cancellation)
        tapped = _TappedDraft(draft.drafts, draft.kept, draft.typed, draft.reused, draft.is_old)
        self.streams.append(tapped.steps)
        self.indent = indent
        if indent:
            # What is taken off the answer is put before it, to be taken off when it is replayed.
            tapped.steps.append(Piece(indent))
        return tapped

    def ask(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Pass on what the drafts behind this answer."""
        taken: list[Piece | Finished] = []
        self.streams.append(taken)
        for step in self._drafts.ask(request, cancellation):
            taken.append(step)
            yield step


@dataclass(slots=True)
class _TappedDraft(Draft):
    steps: list[Piece | Finished] = field(default_factory=list)

    def pieces(
        self, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        with closing(Draft.pieces(self, cancellation)) as steps:
            for step in steps:
                self.steps.append(step)
                yield step


def recording_of(
    document: Document,
    position: Position,
    completion: Completion,
    *,
    drafts: TappedDrafts,
    trigger: Trigger,
    settings: CompletionSettings,
    model: ModelSettings,
) -> Recording:
    """Return the recording of a completion that was made with ``drafts``.

    Where the time was over before the model had ended, what it wrote is cut to what was used.
    """
    streams = [tuple(steps) for steps in drafts.streams]
    first = next(iter(completion.candidates), completion)
    if streams and not completion.is_whole:
        streams[0] = tuple(_cut(streams[0], len(drafts.indent) + len(first.draft)))
    return Recording(
        document=document,
        position=position,
        trigger=trigger,
        settings=settings,
        model={"name": Path(model.name).name, "sha256": _known_hash(model.name)},
        description=drafts.model.describe(),
        speed=drafts.model.speed,
        streams=tuple(streams),
        text=completion.text,
        dropped=completion.dropped,
        is_whole=completion.is_whole,
        context=completion.context,
        tried=completion.tried,
        at=time.time(),
        versions=dict(versions()),
    )


def append_recording(file: Path, recording: Recording) -> None:
    """Add a line to ``file``, which is made for the user alone to read; raises ``OSError``.

    The line is written at once, so that several servers may write to one file.
    """
    line = json.dumps(_as_json(recording)).encode() + b"\n"
    descriptor = os.open(file.expanduser(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read_recordings(file: Path) -> Iterator[Recording]:
    """Yield the recordings of a file, from its first line on.

    Raises :class:`~codegen_lsp.errors.UsageError` when it cannot be read, or a line is none.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        try:
            recording = _from_json(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            what = f"{type(error).__name__}: {error}"
            raise UsageError(f"line {number} of {file} is no recording ({what})") from error
        yield recording


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Return what runs here: the packages that decide an answer, Python, and the machine's kind."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return tuple(found.items())


def _known_hash(name: str) -> str | None:
    try:
        return find(name).sha256
    except ModelUnavailable:  # a file of the user's own: a gigabyte is not read for this
        return None


def _cut(steps: Steps, length: int) -> Iterator[Piece | Finished]:
    """Yield the pieces that make the first ``length`` code points, and the end of it."""
    for step in steps:
        if isinstance(step, Piece) and step.sample == 0:
            yield replace(step, text=step.text[:length])
            length -= len(step.text)
            if length <= 0:
                break
    yield Finished(FinishReason.END)


def _as_json(recording: Recording) -> dict[str, Any]:
    document = recording.document
    path = None if document.path is None else str(document.path)
    return {
        "format": FORMAT,
        "at": recording.at,
        "versions": recording.versions,
        "model": recording.model,
        "description": asdict(recording.description),
        "speed": recording.speed and asdict(recording.speed),
        "settings": asdict(recording.settings),
        "trigger": recording.trigger.value,
        "document": {"path": path, "language": document.language, "text": document.text},
        "position": asdict(recording.position),
        "streams": [[_step_as_json(step) for step in steps] for steps in recording.streams],
        "text": recording.text,
        "dropped": recording.dropped,
        "isWhole": recording.is_whole,
        "context": recording.context and asdict(recording.context),
        "tried": [asdict(tried) for tried in recording.tried],
    }


def _step_as_json(step: Piece | Finished) -> dict[str, Any]:
    kind = "piece" if isinstance(step, Piece) else "finished"
    return {kind: asdict(step)}


def _from_json(line: dict[str, Any]) -> Recording:
    """Return what :func:`_as_json` wrote; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
    if line["format"] != FORMAT:
        raise ValueError(f"its format is {line['format']}, not {FORMAT}")
    document, settings, speed = line["document"], line["settings"], line["speed"]
    description = line["description"]
    details = tuple((key, value) for key, value in description.pop("details"))
    disabled = tuple(settings.pop("disabled_languages"))
    return Recording(
        document=Document(
            document["text"], document["language"], document["path"] and Path(document["path"])
        ),
        position=Position(**line["position"]),
        trigger=Trigger(line["trigger"]),
        settings=CompletionSettings(**settings, disabled_languages=disabled),
        model=line["model"],
        description=ModelDescription(**description, details=details),
        speed=speed and Speed(**speed),
        streams=tuple(tuple(_step_of(step) for step in steps) for steps in line["streams"]),
        text=line["text"],
        dropped=line["dropped"],
        is_whole=line["isWhole"],
        context=_context_of(line.get("context")),
        tried=tuple(Tried(tried["total"], tuple(tried["held"])) for tried in line.get("tried", ())),
        at=line["at"],
        versions=line["versions"],
    )


def _context_of(told: dict[str, Any] | None) -> ToldContext | None:
    if told is None:
        return None
    chunks = tuple(ContextChunk(**chunk) for chunk in told["chunks"])
    return ToldContext(told["path"], chunks, tuple(told["chosen_for"]))


def _step_of(step: dict[str, Any]) -> Piece | Finished:
    if "piece" in step:
        return piece_from(step["piece"])
    return finished_from(step["finished"])
