"""The messages between the engine process and its handle: one JSON object a line.

To the engine: ``{"generate": request, "job": n}``, ``{"cancel": n}``, and
``{"prioritise": n, "priority": p}``, ``{"count": true}``. From it: ``{"ready": …}`` or
``{"failed": …}`` once, then ``{"job": n, "piece": …}``, ``{"job": n, "finished": …}`` and
``{"job": n, "failed": …}``; ``{"speed": …}`` when it was measured, ``{"counters": …}`` as the
answer to ``count``.
"""

import dataclasses
import json
from typing import Any

from codegen_lsp.errors import (
    CodegenError,
    EngineDied,
    ModelUnavailable,
    UsageError,
)
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Given,
    ModelDescription,
    Piece,
    Priority,
    Sampling,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Message, Prompt, PromptFile, TextPrompt

_ERRORS: dict[str, type[CodegenError]] = {
    kind.__name__: kind for kind in (UsageError, ModelUnavailable, EngineDied)
}

_PIECE_FIELDS = tuple(field.name for field in dataclasses.fields(Piece))


def line(message: dict[str, Any]) -> bytes:
    """Return ``message`` as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def parse(text: bytes) -> dict[str, Any]:
    """Undo :func:`line`."""
    message: dict[str, Any] = json.loads(text)
    return message


def pack(value: Any) -> dict[str, Any]:
    """Turn one of the dataclasses of ``model.backend`` into plain JSON values."""
    if isinstance(value, Piece):
        # There is one for each token, and taking a dataclass apart in general takes 10 us.
        return {name: getattr(value, name) for name in _PIECE_FIELDS}
    packed = dataclasses.asdict(value)
    if isinstance(value, GenerationRequest):
        packed["prompt"]["kind"] = type(value.prompt).__name__
    return packed


def request_from(packed: dict[str, Any]) -> GenerationRequest:
    """Undo :func:`pack`."""
    fields = dict(packed)
    fields["prompt"] = _prompt_from(packed["prompt"])
    fields["sampling"] = Sampling(**packed["sampling"])
    fields["stop"] = tuple(packed["stop"])
    fields["priority"] = Priority(packed["priority"])
    fields["siblings"] = tuple(Sampling(**each) for each in packed["siblings"])
    fields["given"] = tuple(Given(**each) for each in packed["given"])
    return GenerationRequest(**fields)


def _prompt_from(packed: dict[str, Any]) -> Prompt:
    if packed["kind"] == FimPrompt.__name__:
        files = tuple(PromptFile(**each) for each in packed["files"])
        return FimPrompt(packed["prefix"], packed["suffix"], files, packed["path"])
    if packed["kind"] == TextPrompt.__name__:
        return TextPrompt(packed["text"])
    messages = tuple(Message(**message) for message in packed["messages"])
    return ChatPrompt(messages, packed["answer_start"])


def piece_from(packed: dict[str, Any]) -> Piece:
    """Undo :func:`pack`."""
    reason = packed.get("reason")
    return Piece(**{**packed, "reason": None if reason is None else FinishReason(reason)})


def finished_from(packed: dict[str, Any]) -> Finished:
    """Undo :func:`pack`."""
    reasons = tuple(FinishReason(each) for each in packed["sibling_reasons"])
    reason = FinishReason(packed["reason"])
    return Finished(**{**packed, "reason": reason, "sibling_reasons": reasons})


def counters_from(packed: dict[str, Any]) -> Counters:
    """Undo :func:`pack`."""
    return Counters(**packed)


def speed_from(packed: dict[str, Any]) -> Speed:
    """Undo :func:`pack`."""
    return Speed(**packed)


def description_from(packed: dict[str, Any]) -> ModelDescription:
    """Undo :func:`pack`."""
    details = tuple((name, value) for name, value in packed["details"])
    return ModelDescription(**{**packed, "details": details})


def pack_error(error: CodegenError) -> dict[str, Any]:
    """Turn an error into plain JSON values; it arrives as the nearest of the kinds that travel."""
    kind = next(
        (name for name, known in _ERRORS.items() if type(error) is known), ModelUnavailable.__name__
    )
    return {"kind": kind, "message": error.message, "advice": error.advice}


def error_from(packed: dict[str, Any]) -> CodegenError:
    """Undo :func:`pack_error`."""
    return _ERRORS[packed["kind"]](packed["message"], advice=packed["advice"])
