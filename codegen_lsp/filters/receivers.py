"""What the names in a Python draft mean, where that is certain."""

import re
from functools import cached_property

from codegen_lsp.filters.place import Place
from codegen_lsp.project.classes import KnownClass, Meaning, meaning_of
from codegen_lsp.project.facts import ProjectFacts
from codegen_lsp.project.module_facts import ModuleFacts
from codegen_lsp.syntax.bound_values import class_around, value_at
from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.references import Binding, Reference
from codegen_lsp.syntax.unbound_names import NamesInDraft

_DEFINING = re.compile(
    rb"^(?:[^\s#)\]}]|[ \t]*(?:@|(?:class|def|async|import|from|global)\b))", re.MULTILINE
)
"""A line that may change what the names of a module mean, and what its classes offer."""


class Receivers:
    """Looks names up for one draft; ``project`` says what is imported."""

    def __init__(self, insertion: Insertion, place: Place, project: ProjectFacts) -> None:
        self.project = project
        self._insertion = insertion
        self._place = place
        self._names = NamesInDraft(insertion)

    def meaning(self, dotted: str, root: Reference) -> "Meaning | Instance | None":
        """Return what a dotted name means; None when that is not certain."""
        module = self._module
        bindings = self._names.bindings(root)
        if module is None or any(not binding.in_known for binding in bindings):
            return None
        if not bindings or bindings[0].scope.around is None:
            found = meaning_of(self.project, module, dotted)
            is_variable = found is None and len(bindings) == 1 and "." not in dotted
            return self._instance(root.name, bindings[0], module) if is_variable else found
        if "." in dotted or len(bindings) != 1:
            return None
        if root.name in {b"self", b"cls"}:
            name = class_around(self._insertion, bindings[0])
            facts = None if name is None else module.classes.get(name)
            return None if facts is None else Instance(KnownClass(module, facts))
        return self._instance(root.name, bindings[0], module)

    def occurs_elsewhere(self, pattern: bytes) -> bool:
        """Say whether a regular expression matches in the buffer without the draft."""
        source, place = self._insertion.buffer, self._insertion.place
        found = re.compile(pattern)
        return any(found.search(part) is not None for part in (source[:place], source[place:]))

    def occurs(self, pattern: bytes) -> bool:
        """Say whether a regular expression matches in the buffer or in the draft."""
        return re.search(pattern, self._insertion.text) is not None

    def is_recent(self, word: bytes) -> bool:
        """Say whether a word was written after what is known of the buffer had been read."""
        insertion = self._insertion
        draft = range(insertion.start, insertion.end)
        parts = (part for part in insertion.changed if part != draft)
        return any(word in insertion.tree.source[part.start : part.stop] for part in parts)

    def _is_narrowed(self, name: bytes) -> bool:
        """Say whether the text asks for a variable's class, which may be a more special one."""
        asks = rb"\b(?:isinstance|issubclass|hasattr|type|setattr|cast)\([^()\n]*\b%s\b" % name
        return re.search(asks, self._insertion.text) is not None

    def _instance(self, name: bytes, binding: Binding, module: ModuleFacts) -> "Instance | None":
        """Return the object that a variable holds which is assigned once, from a class's call."""
        value = value_at(self._insertion.known.tree, binding.offset)
        if value is None or self._is_narrowed(name):
            return None
        meaning = meaning_of(self.project, module, value)
        if not isinstance(meaning, KnownClass) or "__new__" in meaning.facts.members:
            return None
        return Instance(meaning)

    @cached_property
    def _module(self) -> ModuleFacts | None:
        """The facts of the buffer as it was read last; None when what has changed since matters."""
        insertion = self._insertion
        if any(_DEFINING.search(part) for part in insertion.replaced()):
            self._place.buffer.renew()
            return None
        return self.project.buffer(insertion.known.tree.source, self._place.path)


class Instance:
    """An object of a class, or in a class's own methods the class itself."""

    def __init__(self, of: KnownClass) -> None:
        self.of = of
