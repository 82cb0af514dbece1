"""``codegen/documentHash``: what the server takes a document to be, to compare."""

import hashlib
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from codegen_lsp.server.session import Session


def document_hash(session: Session, params: Any) -> dict[str, Any] | None:
    """Return the version and the hash of an open document; None when it is not open."""
    try:
        document = session.snapshot(params["textDocument"]["uri"])
    except (TypeError, KeyError) as error:
        raise JsonRpcInvalidParams(message="these parameters do not validate") from error
    if document is None:
        return None
    text = document.text.encode("utf-8", "surrogatepass")
    return {"version": document.version, "sha256": hashlib.sha256(text).hexdigest()}
