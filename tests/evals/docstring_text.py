"""Reads and places the docstring of a function in a source text, with :mod:`ast`.

Independent of the product's own parser, since it judges what that made.
"""

import ast
import inspect


def docstring_in(source: str, name: str) -> str | None:
    """Return the cleaned docstring of the first definition called ``name``; None if it has none."""
    return ast.get_docstring(_definition(source, name))


def with_docstring(source: str, name: str, text: str) -> str:
    """Put a docstring into the first definition called ``name``, which has none.

    Raises :class:`SyntaxError` for a source that is no Python, and :class:`LookupError` when there
    is no such definition.
    """
    first = _definition(source, name).body[0]
    lines = source.splitlines(keepends=True)
    head = lines[first.lineno - 1][: first.col_offset]
    if head.strip():  # the body stands on the line of its header
        raise LookupError(f"the body of {name} is on one line with its header")
    content = inspect.cleandoc(text).replace("\\", "\\\\").replace('"""', "'''")
    inside = [f"{head}{line}" if line.strip() else "" for line in content.splitlines()]
    last = [f"{head}"] if len(inside) > 1 else []
    inside[0] = f'{head}"""{content.splitlines()[0]}' if inside else f'{head}"""'
    literal = "\n".join([*inside, *last]) + '"""\n'
    return "".join([*lines[: first.lineno - 1], literal, *lines[first.lineno - 1 :]])


def _definition(source: str, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef:
    for node in ast.walk(ast.parse(source)):
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if isinstance(node, kinds) and node.name == name:
            return node
    raise LookupError(f"there is no definition called {name}")
