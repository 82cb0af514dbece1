"""A variable of a Python function whose first value is computed from the variable itself.

``total = total + 1``, where nothing before it in the function binds ``total``, fails whenever it is
reached. Of all that is used before it is bound this alone is certain without following the code:
what stands in a loop may have been bound in the round before, and is let pass.
"""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.references import Binding, Reference

_FUNCTION = "function_definition"
_INNER = frozenset({"lambda", "class_definition"})
_LOOPS = frozenset({"for_statement", "while_statement"})


def is_own_first_value(
    reference: Reference, bindings: Sequence[Binding], insertion: Insertion
) -> bool:
    """Say whether ``reference`` stands in the value of a variable that has none before.

    ``bindings`` are all places in its scope that bind the name.
    """
    if any(each.scope.kind != _FUNCTION for each in bindings):
        return False
    assignment = _assignment_around(reference, insertion)
    target = None if assignment is None else assignment.child_by_field_name("left")
    if assignment is None or target is None or not _only_in_function(assignment):
        return False
    own = {
        node.start_byte
        for node in _nodes(target)
        if node.type == "identifier" and node.text == reference.name
    }
    if not own or any(_is_before(each, own, reference, insertion) for each in bindings):
        return False
    elsewhere = rb"\b(?:global|nonlocal)\b[^\n]*\b" + re.escape(reference.name) + rb"\b"
    return re.search(elsewhere, insertion.text) is None


def _assignment_around(reference: Reference, insertion: Insertion) -> Node | None:
    """Return the assignment whose value is computed with the reference, at once."""
    root = insertion.tree.tree.root_node
    node = root.descendant_for_byte_range(reference.start, reference.end)
    while node is not None and node.type not in _INNER and not node.type.endswith("statement"):
        around = node.parent
        if around is not None and around.type == "assignment":
            return around if around.child_by_field_name("right") == node else None
        node = around
    return None


def _only_in_function(assignment: Node) -> bool:
    """Say whether it stands in a function, and in no loop of that function."""
    node = assignment.parent
    while node is not None and node.type != _FUNCTION:
        if node.type in _LOOPS or node.type in _INNER:
            return False
        node = node.parent
    return node is not None


def _is_before(binding: Binding, own: set[int], reference: Reference, insertion: Insertion) -> bool:
    """Say whether a binding that is not one of the assignment's ``own`` may come before it."""
    if not binding.in_known:
        return binding.offset not in own and binding.offset < reference.start
    if binding.offset in {insertion.known_offset(offset) for offset in own}:
        return False
    near, place = insertion.near, insertion.place
    if not near.is_same and place > near.start:
        place = max(near.end, place - near.growth)
    return binding.offset < place


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        # What is bound in `a.b, c[d] = …` is neither of a, b, c and d.
        if child.type not in {"attribute", "subscript"}:
            yield from _nodes(child)
