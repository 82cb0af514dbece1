"""What a user is offered at a place in a Python file: one list, from one file for each offer.

Offers cost nothing: no model is asked before one is taken up.
"""

from collections.abc import Callable
from typing import Any

from lsprotocol import types as t

from codegen_lsp.document.text import Document
from codegen_lsp.server import docstring, fix
from codegen_lsp.server.session import Session

_Offer = Callable[[Session, t.CodeActionParams, Document], list[t.CodeAction]]

_OFFERS: dict[t.CodeActionKind, _Offer] = {
    t.CodeActionKind.RefactorRewrite: docstring.offer,
    t.CodeActionKind.QuickFix: fix.offer,
}
KINDS: list[t.CodeActionKind | str] = list(_OFFERS)


def code_actions(session: Session, params: t.CodeActionParams) -> list[t.CodeAction]:
    """Return the offers of the kinds that the client asks for, of all kinds if it names none."""
    document = session.snapshot(params.text_document.uri)
    if document is None or document.language != "python":
        return []
    return [
        action
        for kind, offer in _OFFERS.items()
        if _is_wanted(kind, params.context.only)
        for action in offer(session, params, document)
    ]


def _is_wanted(kind: t.CodeActionKind, only: Any) -> bool:
    own = kind.value
    return not only or any(own == one or own.startswith(f"{one}.") for one in map(_value, only))


def _value(kind: Any) -> str:
    return str(getattr(kind, "value", kind))
