"""The error tree: everything this product raises on purpose, drawn in one place.

    CodegenError                    exit code, advice
    ├── UsageError            2     what the user asked for cannot be done as asked
    │   ├── UnreadableFile    2     missing, a directory, binary, not UTF-8, too large
    │   └── InvalidPosition   2     a line or column outside the file
    ├── GitError              2     no repository, unknown revision, a diff that does not apply
    ├── MissingTool           2     a program or extra that is not installed: ruff, LangGraph
    ├── ModelUnavailable      3     no usable model: missing, wrong hash, offline, unknown name
    │   ├── DownloadFailed    3     network, disk, hash
    │   │   └── SourceFailed  3     one source of a model gave up; another one may do
    │   └── EngineDied        3     the engine process ended while it was needed
    └── Cancelled             130   somebody asked for this work to stop

Foreign exceptions are translated into these at one edge each, with ``from``. "Nothing to offer" is
not an error: features return a value that says why.
"""

from typing import ClassVar


class CodegenError(Exception):
    """An error that is shown to the user as one line.

    ``advice`` is a second half of that line: what to do about it, a command where there is one.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}: {self.advice}" if self.advice else self.message


class UsageError(CodegenError):
    """What the user asked for cannot be done as asked."""


class UnreadableFile(UsageError):  # noqa: N818 - reads as the fact it states
    """A file that is missing, a directory, binary, not UTF-8 or too large."""


class InvalidPosition(UsageError):  # noqa: N818 - reads as the fact it states
    """A line or column outside the document."""


class GitError(CodegenError):
    """No repository, an unknown revision, or a diff that does not apply."""


class MissingTool(CodegenError):  # noqa: N818 - reads as the fact it states
    """A program or an optional part of this distribution that is not installed."""


class ModelUnavailable(CodegenError):  # noqa: N818 - reads as the fact it states
    """There is no usable model."""

    exit_code: ClassVar[int] = 3


class DownloadFailed(ModelUnavailable):
    """Fetching a model failed: network, disk or hash."""


class SourceFailed(DownloadFailed):
    """One source of a model gave up; :mod:`codegen_lsp.model.download` turns to the next."""


class EngineDied(ModelUnavailable):
    """The engine process ended while a request was under way."""


class Cancelled(CodegenError):  # noqa: N818 - reads as the fact it states
    """The work was asked to stop."""

    exit_code: ClassVar[int] = 130
