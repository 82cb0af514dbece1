"""The tokens of a text without its comments and layout: what two programs are compared by.

For languages whose syntax tree we cannot write out again; in Python :mod:`ast` does it better.
"""

from codegen_lsp.syntax.tree import parse


def code_tokens(text: str, language: str) -> list[str]:
    """Return the texts of the leaves of the syntax tree in order, comments left out.

    ``language`` must be in :data:`~codegen_lsp.syntax.tree.LANGUAGES`.
    """
    tree = parse(text, language)
    found: list[str] = []
    pending = [tree.tree.root_node]
    while pending:
        node = pending.pop()
        if "comment" in node.type:
            continue
        if node.child_count:
            pending.extend(reversed(node.children))
        elif node.end_byte > node.start_byte:
            found.append(tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace"))
    return found
