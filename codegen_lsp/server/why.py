"""``codegen/why``: what became of the last answer for a document, while it is remembered.

The parameters are ``{"textDocument": …, "position": …}``; the position may be left out.
"""

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from codegen_lsp.server.answers import Answer
from codegen_lsp.server.session import Session
from codegen_lsp.server.to_lsp import position_to


async def why(session: Session, params: Any) -> dict[str, Any] | None:
    """Return the facts and the words for it; None when nothing is remembered."""
    try:
        uri, position = params["textDocument"]["uri"], params.get("position")
        line = None if position is None else position["line"]
    except (TypeError, KeyError, AttributeError) as error:
        raise JsonRpcInvalidParams(message="these parameters do not validate") from error
    answer = session.answers.last(uri, line)
    return None if answer is None else _told(session, answer)


def _told(session: Session, answer: Answer) -> dict[str, Any]:
    place = position_to(answer.document, answer.position, session.encoding)
    told: dict[str, Any] = {
        "uri": answer.uri,
        "version": answer.document.version,
        "position": {"line": place.line, "character": place.character},
    }
    if answer.completion is None:
        words = [f"Nothing is shown because {answer.reason}."]
        return {**told, "explanation": words, "text": "", "dropped": answer.reason}

    # Imported here: only who asks why pays for it.
    from codegen_lsp.features.why import explanation_of, facts_of

    facts = facts_of(answer.completion)
    return {**told, "explanation": explanation_of(answer.completion), **facts}
