"""Parsing: text in, a :class:`SyntaxTree` out, for every language whose grammar is installed.

One of the few files that import tree_sitter; nothing outside ``syntax/`` sees its nodes. Grammars
are imported when first needed: they cost a few milliseconds each. tree-sitter counts bytes; the
conversions to code points live here and in :mod:`codegen_lsp.syntax.places`.
"""

import importlib
from dataclasses import dataclass
from functools import cache

from tree_sitter import Language, Parser, Tree

_GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "java": ("tree_sitter_java", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
}

LANGUAGES = frozenset(_GRAMMARS)
"""The languages that parse, by the names of :mod:`codegen_lsp.document.language`."""


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    """A parsed text: the tree, the UTF-8 bytes it was parsed from, and the language."""

    tree: Tree
    source: bytes
    language: str

    @property
    def has_error(self) -> bool:
        """Whether the text departs from its grammar somewhere."""
        return self.tree.root_node.has_error


@cache
def grammar(language: str) -> Language:
    """Load the grammar of ``language``, which must be in :data:`LANGUAGES`."""
    module, function = _GRAMMARS[language]
    return Language(getattr(importlib.import_module(module), function)())


def parses(language: str | None) -> bool:
    """Say whether there is a grammar for ``language``."""
    return language in LANGUAGES


def parse(text: str, language: str) -> SyntaxTree:
    """Parse ``text``, whose ``language`` must be in :data:`LANGUAGES`.

    Never fails: text that does not follow the grammar gives a tree with error nodes.
    """
    return parse_bytes(text.encode("utf-8", "surrogatepass"), language)


def parse_bytes(source: bytes, language: str) -> SyntaxTree:
    """Parse UTF-8 text like :func:`parse`."""
    return SyntaxTree(Parser(grammar(language)).parse(source), source, language)


def reparse_with_insertion(before: SyntaxTree, index: int, inserted: bytes) -> SyntaxTree:
    """Parse again after ``inserted`` came in at byte offset ``index``, reusing the old tree.

    ``before`` stays usable: the edit is made on a copy of its tree. On 6,000 lines it takes 2 ms,
    and 50 when an opened string swallows the rest; see :mod:`codegen_lsp.syntax.surroundings`.
    """
    source, tree, point = before.source, before.tree.copy(), _point(before.source, index)
    tree.edit(
        start_byte=index,
        old_end_byte=index,
        new_end_byte=index + len(inserted),
        start_point=point,
        old_end_point=point,
        new_end_point=_advanced(point, inserted),
    )
    source = source[:index] + inserted + source[index:]
    return SyntaxTree(Parser(grammar(before.language)).parse(source, tree), source, before.language)


def _point(source: bytes, offset: int) -> tuple[int, int]:
    return source.count(b"\n", 0, offset), offset - (source.rfind(b"\n", 0, offset) + 1)


def _advanced(start: tuple[int, int], inserted: bytes) -> tuple[int, int]:
    rows = inserted.count(b"\n")
    if not rows:
        return start[0], start[1] + len(inserted)
    return start[0] + rows, len(inserted) - inserted.rfind(b"\n") - 1
