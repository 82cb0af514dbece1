"""A suggestion must not call by a keyword that is not taken: it is cut back, or dropped."""

import re

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.filters.receivers import Instance, Receivers
from codegen_lsp.project.classes import KnownClass, constructor_of, method_of
from codegen_lsp.project.module_facts import FunctionFacts
from codegen_lsp.syntax.references import Reference
from codegen_lsp.syntax.uses import UsesInDraft


def fix_unknown_keyword(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that passes no keyword in vain, or drop it.

    Told for functions and classes that are defined once, take no arbitrary keywords, and have no
    decorator that may change what they take.
    """
    if place.language != "python" or place.project is None or "=" not in draft + place.line_after:
        return draft
    insertion = place.buffer.with_draft(draft)
    receivers = Receivers(insertion, place, place.project)
    for use in UsesInDraft(insertion).keywords:
        taken = _keywords(use.of, use.root, receivers)
        if taken is None or use.keyword in taken:
            continue
        keyword = use.keyword.encode()
        callee = re.escape(use.of.rpartition(".")[2].encode())
        used = rb"\b%s\([^()]*\b%s\s*=" % (callee, re.escape(keyword))
        if receivers.occurs_elsewhere(used) or receivers.is_recent(keyword):
            continue
        index = index_in_draft(insertion, use.start)
        reason = f"`{use.of}` takes no argument `{use.keyword}`"
        return cut_back(draft, index, place, reason, fix_unknown_keyword)
    return draft


def _keywords(dotted: str, root: Reference, receivers: Receivers) -> frozenset[str] | None:
    """Return the keywords that a callee takes; None when it takes any, or nobody can say."""
    meaning = receivers.meaning(dotted, root)
    if meaning is None:
        owner, _, method = dotted.rpartition(".")
        receiver = receivers.meaning(owner, root) if owner else None
        if isinstance(receiver, Instance):
            found = method_of(receivers.project, receiver.of, method)
        elif isinstance(receiver, KnownClass):
            found = method_of(receivers.project, receiver, method)
        else:
            return None
    elif isinstance(meaning, KnownClass):
        found = constructor_of(receivers.project, meaning)
    else:
        found = meaning if isinstance(meaning, FunctionFacts) else None
    return None if found is None else found.keywords
