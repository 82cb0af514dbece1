"""Where a text departs from its grammar, and whether an insertion made that worse.

Error recovery moves error nodes around, so problems are compared as a measure, not one by one: the
number of missing tokens and error nodes. For Python the interpreter's own parser has a say as well,
because the grammar accepts programs that Python does not (a lone ``return`` argument list, a bad
indent, an assignment to a call).
"""

import ast
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree, parse, reparse_with_insertion

_KEPT = 4
"""Insertions whose tree is kept: several checks look at the same one."""

_JUDGED = 64
"""Insertions of which it is remembered whether they add a problem."""


@dataclass(frozen=True, slots=True)
class Problems:
    """How far a text departs from its grammar.

    ``count`` is the number of error and missing nodes. ``rejected`` says that the language's own
    parser refuses the text (Python only; False where that was not asked).
    """

    count: int
    rejected: bool

    def worse_than(self, before: "Problems") -> bool:
        """Say whether these problems are more than those there were ``before``."""
        return self.count > before.count or (self.rejected and not before.rejected)


def problems_of(tree: SyntaxTree) -> Problems:
    """Measure the problems of a parsed text."""
    count = _count(tree.tree.root_node)
    rejected = tree.language == "python" and (count > 0 or not python_reads(tree.source))
    return Problems(count, rejected)


class InsertionCheck:
    """Answers, for one buffer and one place in it, whether an insertion adds a syntax problem.

    ``prefix`` and ``suffix`` are the text before and after the place. The buffer is parsed once;
    each candidate costs an incremental reparse, and in Python a parse by Python itself. For large
    buffers there is :func:`codegen_lsp.syntax.surroundings.check_at`; ``refused_elsewhere`` then
    says whether Python refuses what was left out.

    Somebody who is writing ``x = `` has a broken buffer, and anything would be no worse. So the
    buffer is also looked at with a name in the place: if that is whole, an insertion must be whole
    too. And an insertion must not hold an error that lies within itself, however broken the rest.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str,
        *,
        refused_elsewhere: Callable[[], bool] = lambda: False,
    ) -> None:
        self._tree = parse(prefix + suffix, language)
        self.offset = len(prefix.encode("utf-8", "surrogatepass"))
        self._refused_elsewhere = refused_elsewhere
        self._kept: OrderedDict[bytes, SyntaxTree] = OrderedDict()
        self._judged: OrderedDict[bytes, bool] = OrderedDict()
        self._before = self._least = _count(self._tree.tree.root_node)
        if self._least:
            self._least = min(self._least, _count(self._with(_PLACEHOLDER).tree.root_node))

    @property
    def is_whole(self) -> bool:
        """Whether the buffer follows its grammar as it is."""
        return self._before == 0

    @property
    def size(self) -> int:
        """The length of the buffer in bytes of UTF-8, which is what a check costs."""
        return len(self._tree.source)

    def tree_with(self, inserted: str) -> SyntaxTree:
        """Return the tree of the buffer with ``inserted`` in it, from the byte ``offset`` on."""
        return self._with(inserted.encode("utf-8", "surrogatepass"))

    def adds_problem(self, inserted: str) -> bool:
        """Say whether the buffer has more problems with ``inserted`` than it needs to have."""
        data = inserted.encode("utf-8", "surrogatepass")
        judged = self._judged.get(data)
        if judged is None:
            judged = self._judged[data] = self._adds_problem(data)
            if len(self._judged) > _JUDGED:
                self._judged.popitem(last=False)
        return judged

    def _adds_problem(self, data: bytes) -> bool:
        after = self._with(data)
        if _count(after.tree.root_node) > self._least:
            return True
        if self.is_whole:
            return after.language == "python" and self._python_refuses(after.source)
        within = range(self.offset, self.offset + len(data))
        return self._least > 0 and _has_error_within(after.tree.root_node, within)

    def problems_with(self, inserted: str) -> int:
        """Count the problems that the buffer has with ``inserted``.

        Where the grammar finds none, Python's refusal is one, if what was left out of the buffer
        does not bring it about.
        """
        after = self.tree_with(inserted)
        count = _count(after.tree.root_node)
        if count or after.language != "python" or self._refused_elsewhere():
            return count
        return int(not python_reads(after.source))

    def _with(self, inserted: bytes) -> SyntaxTree:
        tree = self._kept.get(inserted)
        if tree is None:
            tree = self._kept[inserted] = reparse_with_insertion(self._tree, self.offset, inserted)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return tree

    def _python_refuses(self, after: bytes) -> bool:
        """Say whether Python refuses what it would read without the insertion."""
        return not python_reads(after) and self.is_read_by_python

    @cached_property
    def is_read_by_python(self) -> bool:
        """Whether the parser of the running Python accepts the buffer as it is."""
        return python_reads(self._tree.source) and not self._refused_elsewhere()


def python_reads(source: bytes) -> bool:
    """Say whether the parser of the running Python accepts UTF-8 ``source``, 5 ms a 1,000 lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A file may start with a byte order mark, which bytes may carry and text may not.
            compile(source, "<buffer>", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


_PLACEHOLDER = b"x"


def _has_error_within(root: Node, within: range) -> bool:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.end_byte <= within.start or node.start_byte >= within.stop or not node.has_error:
            continue
        if node.is_error and node.start_byte > within.start and node.end_byte < within.stop:
            return True
        stack.extend(node.children)
    return False


def _count(root: Node) -> int:
    if not root.has_error:
        return 0
    total, stack = 0, [root]
    while stack:
        node = stack.pop()
        if node.is_missing or node.is_error:
            total += 1
        stack.extend(child for child in node.children if child.has_error or child.is_missing)
    return total
