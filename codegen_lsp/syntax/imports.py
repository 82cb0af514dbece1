"""Which names a text imports, and from where, as its syntax tree says it.

For Python, and for JavaScript and TypeScript; other languages import files or packages whole, and
have nothing here. What a module name means on disk is not known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree

_SCRIPTS = frozenset({"javascript", "typescript", "tsx"})
_PYTHON = frozenset({"import_statement", "import_from_statement"})


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name.

    ``bound`` is what it is called here. ``module`` is as written, with Python's leading dots.
    ``name`` is what it is called there; None where the module itself is bound, ``*`` for all.
    """

    bound: str
    module: str
    name: str | None


def imports(tree: SyntaxTree) -> list[Import]:
    """Return the imported names of a text, wherever they stand, in its order."""
    if tree.language == "python":
        return [each for node in _nodes(tree.tree.root_node) for each in _python(tree, node)]
    if tree.language in _SCRIPTS:
        statements = tree.tree.root_node.named_children
        return [
            each
            for node in statements
            if node.type in {"import_statement", "export_statement"}
            for each in _script(tree, node)
        ]
    return []


def _nodes(root: Node) -> Iterator[Node]:
    """Yield import statements: those in blocks too, of conditions and of functions."""
    waiting = list(reversed(root.named_children))
    while waiting:
        node = waiting.pop()
        if node.type in _PYTHON:
            yield node
        elif node.type != "expression_statement":
            inner = reversed(node.named_children)
            waiting += [child for child in inner if child.type in _HOLDING | _PYTHON]


_HOLDING = frozenset(
    (
        *("block", "if_statement", "elif_clause", "else_clause", "try_statement"),
        *("except_clause", "finally_clause", "with_statement", "decorated_definition"),
        *("function_definition", "class_definition"),
    )
)


def _python(tree: SyntaxTree, node: Node) -> Iterator[Import]:
    if node.type == "import_statement":
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                module, bound = _fields(tree, child, "name", "alias")
                yield Import(bound, module, None)
            else:
                module = _text(tree, child)
                yield Import(module.partition(".")[0], module.partition(".")[0], None)
        return
    module = "".join(_fields(tree, node, "module_name"))
    if any(child.type == "wildcard_import" for child in node.named_children):
        yield Import("*", module, "*")
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            name, bound = _fields(tree, child, "name", "alias")
        else:
            name = bound = _text(tree, child)
        yield Import(bound, module, name)


def _script(tree: SyntaxTree, node: Node) -> Iterator[Import]:
    source = node.child_by_field_name("source")
    if source is None:
        return
    module = _text(tree, source).strip("\"'`")
    waiting = list(reversed(node.named_children))
    while waiting:
        child = waiting.pop()
        if child.type in {"import_specifier", "export_specifier"}:
            name = _text(tree, child.child_by_field_name("name") or child)
            alias = child.child_by_field_name("alias")
            yield Import(_text(tree, alias) if alias is not None else name, module, name)
        elif child.type == "namespace_import":
            yield Import(_text(tree, child.named_children[-1]), module, None)
        elif child.type == "identifier":
            yield Import(_text(tree, child), module, "default")
        elif child.type in {"import_clause", "named_imports", "export_clause"}:
            waiting.extend(reversed(child.named_children))


def _fields(tree: SyntaxTree, node: Node, *names: str) -> list[str]:
    found = [node.child_by_field_name(name) for name in names]
    return [_text(tree, child) if child is not None else "" for child in found]


def _text(tree: SyntaxTree, node: Node) -> str:
    return tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
