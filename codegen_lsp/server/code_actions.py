"""``textDocument/codeAction``: all that is offered at a place; none of it costs a model."""

from typing import Final

from lsprotocol import types as t

from codegen_lsp.server.docstring import offer_docstring
from codegen_lsp.server.findings import offer_for_findings
from codegen_lsp.server.fix import offer_fix
from codegen_lsp.server.session import Session

KINDS: Final = (t.CodeActionKind.QuickFix, t.CodeActionKind.RefactorRewrite)
"""The kinds of actions there are."""


def code_actions(session: Session, params: t.CodeActionParams) -> list[t.CodeAction]:
    """Return what can be done at the range, of the kinds that the client asks for."""
    offers = (offer_for_findings, offer_docstring, offer_fix)
    offered = [action for offer in offers for action in offer(session, params)]
    only = params.context.only
    return [
        action for action in offered if not only or any(_is_a(action.kind, one) for one in only)
    ]


def _is_a(kind: object, wanted: object) -> bool:
    """Say whether ``kind`` is ``wanted`` or a kind of it, as LSP's dotted names have it."""
    return f"{_value(kind)}.".startswith(f"{_value(wanted)}.")


def _value(kind: object) -> str:
    return str(getattr(kind, "value", kind))
