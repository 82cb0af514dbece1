"""Our own methods and commands: everything a client may use beyond LSP.

``editors/README.md`` tells clients the same; a test keeps the two in step.
"""

from typing import Final

STATUS: Final = "codegen/status"
"""Notification to the client: ``{"state": State, "message": str, …}``, see ``status.py``."""

ENGINE_COUNTERS: Final = "codegen/engineCounters"
"""Request from the client: what the model has done since it was loaded.

No parameters; the answer is ``{"requests": int, "tokensRead": int, "tokensWritten": int,
"milliseconds": float}``.
"""

DID_SHOW_COMPLETION: Final = "textDocument/didShowCompletion"
"""Notification from the client: ``{"item": InlineCompletionItem}`` is drawn."""

DID_PARTIALLY_ACCEPT: Final = "textDocument/didPartiallyAcceptCompletion"
"""Notification from the client: ``{"item": …, "acceptedLength": code points}``."""

WHY: Final = "codegen/why"
"""Request from the client: how the last answer for a document came about.

``{"textDocument": …, "position": Position}``; with a position, the last one in that line. Answers
are remembered for a short while only, and never written down; null when there is none.
"""

DOCUMENT_HASH: Final = "codegen/documentHash"
"""Request from the client: what the server takes an open document to be.

``{"textDocument": …}``; the answer is ``{"version": int, "sha256": str}``, the hash being that of
the text in UTF-8, or null when the document is not open. For finding out whether two agree.
"""

COMMAND_REVIEW: Final = "codegen.review"
"""Command: review the changes of a repository; argument ``{"uri": any file in it}``.

With ``"range"``, those lines of the open document, whether they have changed or not.
"""

COMMAND_DISMISS: Final = "codegen.dismiss"
"""Command: take a finding back, for this session; argument ``{"uri": str, "id": str}``."""

COMMAND_DOCSTRING: Final = "codegen.docstring"
"""Command: write the docstring at a place; argument ``{"uri": str, "position": Position}``.

With ``"preview": true`` the edit is returned and not sent.
"""

COMMAND_SNOOZE: Final = "codegen.snooze"
"""Command: no suggestions for a while; argument ``{"seconds": int}``, 0 ends it."""

COMMAND_MODELS: Final = "codegen.models"
"""Command: the models that can be chosen; no argument."""

COMMAND_STATS: Final = "codegen.stats"
"""Command: what became of suggestions, as a page; argument ``{"days": int}``, or none."""

COMMAND_DOCTOR: Final = "codegen.doctor"
"""Command: everything the product stands on, looked at; no argument."""

COMMAND_FIX: Final = "codegen.fix"
"""Command: make failing tests pass; argument ``{"uri": str, "position": Position?}``.

``uri`` is a test file or a folder; with a position in it, the test function there. The answer is
``{"outcome": Outcome, "summary": str, "certificate": str, "diff": str, "edit": WorkspaceEdit |
null}``; nothing is changed, the client shows the diff and applies the edit when the user agrees.
"""

COMMAND_DOWNLOAD: Final = "codegen.downloadModel"
"""Command: fetch the model of the settings."""

COMMAND_ACCEPTED: Final = "codegen.didAccept"
"""Command: the suggestion that came with it was accepted whole; argument ``{"id": str}``."""

COMMANDS: Final = (
    COMMAND_REVIEW,
    COMMAND_DISMISS,
    COMMAND_DOCSTRING,
    COMMAND_FIX,
    COMMAND_SNOOZE,
    COMMAND_MODELS,
    COMMAND_STATS,
    COMMAND_DOCTOR,
    COMMAND_DOWNLOAD,
    COMMAND_ACCEPTED,
)
