"""Names that a draft uses and nothing binds: neither the draft, nor the scopes it stands in.

What the buffer uses unbound elsewhere is not held against a draft, nor is what stands in a part
that does not follow the grammar. Which names come from outside the text (builtins, a star-import)
is for others to say.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from weakref import WeakKeyDictionary

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.known_trees import KnownTree
from codegen_lsp.syntax.own_value import is_own_first_value
from codegen_lsp.syntax.references import Binding, Reference, references
from codegen_lsp.syntax.scopes import Scope, Scopes, known_scopes, scopes_of

_MOST_OCCURRENCES = 20
"""Other places looked at for a name that is used there unbound as well."""

_MOST_SCOPE_BYTES = 65_536
"""A scope the known tree lacks is looked through again, unless it is longer."""

_WORD = re.compile(rb"\w")
_ATTRIBUTE_OR_WORD = re.compile(rb"[\w.]")


class NamesInDraft:
    """The names that the draft of an insertion uses, and what they are bound by."""

    def __init__(self, insertion: Insertion) -> None:
        self._insertion = insertion

    @cached_property
    def references(self) -> list[Reference]:
        """The names of variables that the draft uses, or has a part of, in order."""
        draft = range(self._insertion.start, self._insertion.end)
        return sorted(references(self._insertion.tree, draft), key=lambda found: found.start)

    def unbound(self) -> Iterator[Reference]:
        """Yield the references that nothing in the text binds, in order.

        And those to a variable that has its first value from itself.
        """
        for reference in self.references:
            bindings = self.bindings(reference)
            if bindings:
                if is_own_first_value(reference, bindings, self._insertion):
                    yield reference
            elif not self._is_unbound_elsewhere(reference):
                yield reference

    def bindings(self, reference: Reference) -> list[Binding]:
        """Return where the name is bound in the innermost scope that binds it; empty if none is."""
        name = reference.name
        for scope, types_only in self._local.visible(reference.start):
            known = self._known_scope(scope)
            if name in scope.types or (known is not None and name in known.types):
                return [Binding(scope, in_known=False, offset=scope.start)]
            if types_only:
                continue
            places = () if known is None else known.names.get(name, ())
            found = [Binding(scope, in_known=True, offset=at) for at in places]
            found += [
                Binding(scope, in_known=False, offset=at)
                for at in scope.names.get(name, ())
                if self._insertion.known_offset(at) not in places
            ]
            if found:
                return found
        return []

    @property
    def has_star(self) -> bool:
        """Whether the text imports names that it does not tell."""
        return bool(self._local.stars or self._known.stars)

    @cached_property
    def _known(self) -> Scopes:
        return known_scopes(self._insertion.known)

    @cached_property
    def _local(self) -> Scopes:
        """The scopes of what has changed; where the known tree lacks one, with all it holds."""
        insertion = self._insertion
        parts = [_whole_lines(insertion.tree.source, part) for part in insertion.changed]
        found = scopes_of(insertion.tree, parts)
        new = [
            scope
            for scope, _ in found.visible(insertion.start)
            if scope.around is not None
            and self._known_scope(scope) is None
            and scope.end - scope.start <= _MOST_SCOPE_BYTES
        ]
        if new:
            parts += [range(scope.start, scope.end) for scope in new]
            found = scopes_of(insertion.tree, parts)
        return found

    def _known_scope(self, scope: Scope) -> Scope | None:
        if scope.around is None:
            return self._known.top
        start = self._insertion.known_offset(scope.start)
        return None if start is None else self._known.at(start, scope.kind)

    def _is_unbound_elsewhere(self, reference: Reference) -> bool:
        """Say whether the buffer uses this name in another place that binds it no more."""
        insertion, near = self._insertion, self._insertion.near
        known, scopes = insertion.known.tree, self._known
        for there in islice(_occurrences(reference.name, known.source), _MOST_OCCURRENCES):
            if there.start < near.end and there.stop > near.start:
                continue
            if any(not scopes.binds(use.name, use.start) for use in references(known, there)):
                return True
        draft = range(insertion.start, insertion.end)
        return any(
            not self.bindings(use)
            for part in insertion.changed
            if part != draft
            for use in references(insertion.tree, part)
            if use.name == reference.name and not (use.start < draft.stop and use.end > draft.start)
        )


def uses_unbound(known: KnownTree, always: frozenset[str]) -> bool:
    """Say whether a text uses a name that it does not bind and that is not there ``always``.

    Looks through the whole text when first asked about it, some 20 ms for each 1,000 lines.
    """
    found = _relying.get(known)
    if found is None:
        scopes = known_scopes(known)
        found = _relying[known] = any(
            reference.name.decode("utf-8", "replace") not in always
            and not scopes.binds(reference.name, reference.start)
            for reference in references(known.tree, range(len(known.tree.source)))
        )
    return found


_relying: WeakKeyDictionary[KnownTree, bool] = WeakKeyDictionary()


def _whole_lines(source: bytes, part: range) -> range:
    """Return ``part`` with the rest of its lines: another keyword there may move what is bound."""
    end = source.find(b"\n", part.stop)
    return range(source.rfind(b"\n", 0, part.start) + 1, len(source) if end < 0 else end)


def _occurrences(name: bytes, source: bytes) -> Iterator[range]:
    """Yield where ``name`` stands as a word of its own that is no attribute.

    Searching for the bytes first is a hundred times as fast as a pattern with a look-behind.
    """
    start = source.find(name)
    while start >= 0:
        end = start + len(name)
        if not _ATTRIBUTE_OR_WORD.match(source[start - 1 : start]) and not _WORD.match(
            source[end : end + 1]
        ):
            yield range(start, end)
        start = source.find(name, end)
