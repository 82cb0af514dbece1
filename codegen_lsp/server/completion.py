"""``textDocument/completion``: the suggestion as a menu entry, where there is no ghost text."""

import re

from lsprotocol import types as t

from codegen_lsp.server.from_lsp import position_of
from codegen_lsp.server.inline_completion import suggest
from codegen_lsp.server.session import Session

_LABEL_CODE_POINTS = 60
_WORD_AT_END = re.compile(r"\w+$")


async def completion(session: Session, params: t.CompletionParams) -> t.CompletionList:
    """Return one entry, or none; clients with ghost text have the suggestion there."""
    empty = t.CompletionList(is_incomplete=False, items=[])
    uri = params.text_document.uri
    document = session.snapshot(uri)
    if document is None or session.has_inline_completion:
        return empty
    position = position_of(document, params.position, session.encoding)
    # Clients call it "invoked" when a letter is typed as well: there is no telling by hand.
    result = await suggest(session, uri, document, position, invoked=False)
    if result is None:
        return t.CompletionList(is_incomplete=True, items=[])
    first, _, more = result.text.strip().partition("\n")
    typed = document.line(position.line)[: position.column]
    word = _WORD_AT_END.search(typed)
    entry = t.CompletionItem(
        label=_shortened(first) + (" …" if more else ""),
        label_details=t.CompletionItemLabelDetails(description="codegen"),
        # Not Snippet: Helix takes such for a snippet whatever the format, and indents it anew.
        kind=t.CompletionItemKind.Text,
        documentation=result.text,
        filter_text=(word.group() if word else "") + result.text,
        sort_text="\x00",
        insert_text_format=t.InsertTextFormat.PlainText,
        insert_text_mode=t.InsertTextMode.AsIs,
        text_edit=t.TextEdit(
            range=t.Range(start=params.position, end=params.position), new_text=result.text
        ),
        command=result.command,
    )
    return t.CompletionList(is_incomplete=True, items=[entry])


def _shortened(line: str) -> str:
    return line if len(line) <= _LABEL_CODE_POINTS else line[: _LABEL_CODE_POINTS - 1] + "…"
