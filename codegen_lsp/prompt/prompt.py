"""What is asked of a model, before any token exists.

A prompt is parts and text, never a string with markers in it: which markers a family uses, and how
its chat template reads, is known to the backend from the model file itself. So text from a user's
repository can never be taken for a marker.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A piece of another file, told with its path."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class FimPrompt:
    """Fill in the middle: what stands before and after the hole.

    ``files`` are told before it, in this order; ``path`` is then that of the file with the hole.
    They need a model with file markers.
    """

    prefix: str
    suffix: str
    files: tuple[PromptFile, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """A chat the model is to continue.

    ``answer_start`` is text the answer must begin with: it is read as if the model had written it,
    and is not part of the text that comes back.
    """

    messages: tuple[Message, ...]
    answer_start: str = ""


@dataclass(frozen=True, slots=True)
class TextPrompt:
    """Text to go on with, read from its beginning as a file is; it must not be empty."""

    text: str


Prompt = FimPrompt | ChatPrompt | TextPrompt
