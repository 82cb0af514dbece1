"""A suggestion must not use a member that certainly is not there: it is cut back, or dropped."""

import re

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.filters.receivers import Instance, Receivers
from codegen_lsp.project.classes import KnownClass, members_of, names_in
from codegen_lsp.project.module_facts import ModuleFacts
from codegen_lsp.syntax.uses import MemberUse, UsesInDraft

_OF_OBJECTS = frozenset((*dir(object), *dir(type)))

_ASKS_FOR_SYSTEM = rb"\b(?:win32|darwin|platform|hasattr)\b|\bos\.name\b"
"""On another system than this one, modules of the standard library have other members."""

_MEMBER = rb"(?m)\.\s*%s\b|\bdef\s+%s\b|^[ \t]+%s\s*[:=]"
"""Where the buffer uses or defines a member of that name, of whatever it be."""


def fix_unknown_member(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that uses no member there is not, or drop it.

    Told for modules, for classes all bases of which can be read, for ``self`` in their methods, and
    for variables that hold an object of such a class. A member is known that the draft sets, or
    that the buffer has or uses elsewhere.
    """
    if place.language != "python" or place.project is None or "." not in place.line_before + draft:
        return draft
    insertion = place.buffer.with_draft(draft)
    uses = UsesInDraft(insertion).members
    receivers = Receivers(insertion, place, place.project)
    stored = {(use.of, use.member) for use in uses if use.is_stored}
    for use in uses:
        if (use.of, use.member) in stored:
            continue
        owner = _owner_without(use, receivers)
        if owner is not None:
            index = index_in_draft(insertion, use.start)
            reason = f"{owner} has no member `{use.member}`"
            return cut_back(draft, index, place, reason, fix_unknown_member)
    return draft


def _owner_without(use: MemberUse, receivers: Receivers) -> str | None:
    """Name what certainly has no such member; None when it has, or nobody can say."""
    if use.member.startswith("__") and use.member.endswith("__"):
        return None
    name = re.escape(use.member.encode())
    match receivers.meaning(use.of, use.root):
        case ModuleFacts() as module:
            members, owner = names_in(receivers.project, module), f"the module `{use.of}`"
            elsewhere = rb"\b%s\s*\.\s*%s\b" % (re.escape(use.of.encode()), name)
            if receivers.occurs(_ASKS_FOR_SYSTEM):
                return None
        case KnownClass() as known:
            members, owner = members_of(receivers.project, known), f"the class `{known.facts.name}`"
            elsewhere = _MEMBER % (name, name, name)
        case Instance(of=known):
            members, owner = members_of(receivers.project, known), f"the class `{known.facts.name}`"
            elsewhere = _MEMBER % (name, name, name)
        case _:
            return None
    is_there = members is None or use.member in members or use.member in _OF_OBJECTS
    return None if is_there or receivers.occurs_elsewhere(elsewhere) else owner
