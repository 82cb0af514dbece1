"""What a Python draft imports, which members it uses, and by which keywords it calls.

Only what is written with plain names is told: the member ``c`` of ``a.b``, not that of ``a[0]`` or
``f()``. Offsets are in bytes of the tree's text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node, QueryCursor

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.references import Reference
from codegen_lsp.syntax.scopes import query_of

_CATCHING = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))


@dataclass(frozen=True, slots=True)
class MemberUse:
    """``member`` is taken from what the dotted name ``of`` means; ``root`` is its first name."""

    of: str
    root: Reference
    member: str
    start: int
    is_stored: bool


@dataclass(frozen=True, slots=True)
class KeywordUse:
    """The dotted name ``of`` is called with the argument ``keyword``."""

    of: str
    root: Reference
    keyword: str
    start: int


@dataclass(frozen=True, slots=True)
class ImportUse:
    """``name`` is imported from ``module``, or ``module`` itself when it is None.

    ``is_guarded`` says that the text goes on when it cannot be.
    """

    module: str
    name: str | None
    start: int
    is_guarded: bool


class UsesInDraft:
    """What the draft of an insertion uses; parts that do not follow the grammar are left out."""

    def __init__(self, insertion: Insertion) -> None:
        self._insertion = insertion
        self._source = insertion.tree.source

    @cached_property
    def members(self) -> list[MemberUse]:
        """The members taken from plain names, in order."""
        stored = {node.id for node in self._captured("stored")}
        found = []
        for node in self._captured("attribute"):
            member, of = node.child_by_field_name("attribute"), node.child_by_field_name("object")
            root = None if of is None else self._root(of)
            if member is not None and of is not None and root is not None and self._is_in(member):
                dotted, name = self._text(of), self._text(member)
                found.append(MemberUse(dotted, root, name, member.start_byte, node.id in stored))
        return sorted(found, key=lambda use: use.start)

    @cached_property
    def keywords(self) -> list[KeywordUse]:
        """The keyword arguments in calls of plain names, in order."""
        found = []
        for call in self._captured("call"):
            function = call.child_by_field_name("function")
            arguments = call.child_by_field_name("arguments")
            root = None if function is None else self._root(function)
            if function is None or root is None or arguments is None or arguments.has_error:
                continue
            for argument in arguments.named_children:
                name = argument.child_by_field_name("name")
                if argument.type == "keyword_argument" and name is not None and self._is_in(name):
                    text, start = self._text(name), name.start_byte
                    found.append(KeywordUse(self._text(function), root, text, start))
        return sorted(found, key=lambda use: use.start)

    @cached_property
    def imports(self) -> list[ImportUse]:
        """The modules and names that statements of the draft import, in order."""
        found = [use for node in self._captured("import") for use in self._imported(node)]
        return sorted(found, key=lambda use: use.start)

    def _imported(self, node: Node) -> Iterator[ImportUse]:
        if node.has_error:
            return
        is_guarded = self._is_guarded(node)
        module = node.child_by_field_name("module_name")
        names = [
            inner.child_by_field_name("name") if inner.type == "aliased_import" else inner
            for inner in node.children_by_field_name("name")
        ]
        if module is not None and self._is_in(module):
            yield ImportUse(self._text(module), None, module.start_byte, is_guarded)
        for name in names:
            if name is None or not self._is_in(name):
                continue
            text, start = self._text(name), name.start_byte
            if module is None:
                yield ImportUse(text, None, start, is_guarded)
            else:
                yield ImportUse(self._text(module), text, start, is_guarded)

    def _is_guarded(self, node: Node) -> bool:
        around = node.parent
        while around is not None:
            if around.type == "try_statement" and self._catches(around):
                return True
            condition = around.child_by_field_name("condition")
            if condition is not None and "TYPE_CHECKING" in self._text(condition):
                return True
            around = around.parent
        return False

    def _catches(self, node: Node) -> bool:
        """Say whether a ``try`` goes on after a failed import; the draft may lack its end."""
        clauses = [child for child in node.children if child.type == "except_clause"]
        if not clauses:
            return node.has_error
        words = " ".join(self._text(clause).partition(":")[0] for clause in clauses)
        is_bare = any(self._text(clause).startswith("except:") for clause in clauses)
        return is_bare or any(name in words for name in _CATCHING)

    def _root(self, node: Node) -> Reference | None:
        """Return the first name of a dotted one, None when it is something else."""
        while node.type == "attribute":
            inner = node.child_by_field_name("object")
            if inner is None:
                return None
            node = inner
        if node.type != "identifier":
            return None
        start, end = node.start_byte, node.end_byte
        return Reference(self._source[start:end], start, end)

    def _captured(self, name: str) -> list[Node]:
        return self._captures.get(name, [])

    @cached_property
    def _captures(self) -> dict[str, list[Node]]:
        insertion = self._insertion
        cursor = QueryCursor(query_of(insertion.tree.language, "uses"))
        cursor.set_byte_range(insertion.start, insertion.end)
        return cursor.captures(insertion.tree.tree.root_node)

    def _is_in(self, node: Node) -> bool:
        return node.start_byte < self._insertion.end and node.end_byte > self._insertion.start

    def _text(self, node: Node) -> str:
        text = self._source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        return "".join(text.split()) if node.type in _DOTTED else text


_DOTTED = frozenset(("attribute", "dotted_name", "relative_import"))
