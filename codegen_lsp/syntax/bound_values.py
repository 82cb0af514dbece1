"""What a Python name is bound to, where the binding itself says it."""

from tree_sitter import Node

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.references import Binding
from codegen_lsp.syntax.scopes import CLASS
from codegen_lsp.syntax.tree import SyntaxTree


def value_at(tree: SyntaxTree, offset: int) -> str | None:
    """Return the dotted name of the class of what is bound at ``offset``, or None.

    Told for ``name = Class(...)``, ``name: Class`` and a parameter ``name: Class``.
    """
    node = tree.tree.root_node.descendant_for_byte_range(offset, offset + 1)
    around = None if node is None else node.parent
    if node is None or around is None or node.type != "identifier":
        return None
    if around.type not in {"assignment", "typed_parameter", "typed_default_parameter"}:
        return None
    annotation = around.child_by_field_name("type")
    if annotation is not None:
        inner = annotation.named_children
        return _dotted(inner[0], tree) if len(inner) == 1 else None
    value = around.child_by_field_name("right")
    if value is None or value.type != "call" or around.child_by_field_name("left") != node:
        return None
    function = value.child_by_field_name("function")
    return None if function is None else _dotted(function, tree)


def class_around(insertion: Insertion, binding: Binding) -> str | None:
    """Return the class whose method has this binding as its first parameter, or None.

    Told for classes at the top level only.
    """
    outer = binding.scope.around
    if outer is None or outer.kind != CLASS or outer.around is None:
        return None
    if outer.around.around is not None:
        return None
    tree = insertion.known.tree
    node = tree.tree.root_node.descendant_for_byte_range(binding.offset, binding.offset + 1)
    parameters = None if node is None else node.parent
    if node is None or parameters is None or parameters.type != "parameters":
        return None
    if parameters.named_children[0] != node:
        return None
    source = insertion.tree.source
    header = source[outer.start : outer.start + 200].split()
    return header[1].split(b"(")[0].split(b":")[0].split(b"[")[0].decode("utf-8", "replace")


def _dotted(node: Node, tree: SyntaxTree) -> str | None:
    if node.type not in {"identifier", "attribute"}:
        return None
    text = tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return text if text.replace(".", "").isidentifier() else None
