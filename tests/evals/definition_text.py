"""The source of a definition as somebody who uses it needs it: whole, or the outline of a class."""

import ast

from tests.evals.cross_modules import Module

MOST_LINES = 60
"""A definition is cut here; what follows says little to those who call it."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def definition_text(module: Module, name: str, attribute: str | None) -> str:
    """Return the source of top-level ``name``, without comments and docstrings.

    Of a class: its header, its plain statements and the headers of its methods, with ``attribute``
    and the constructor in full. Imports are not followed.
    """
    [copy] = ast.parse(ast.unparse(module.definitions[name])).body
    for node in ast.walk(copy):
        if isinstance(node, _Function | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or _nothing()
    if isinstance(copy, ast.ClassDef):
        for method in copy.body:
            if isinstance(method, _Function) and method.name not in {"__init__", attribute}:
                method.body = _nothing()
    return "\n".join(ast.unparse(copy).splitlines()[:MOST_LINES]) + "\n"


def _nothing() -> list[ast.stmt]:
    return [ast.Expr(ast.Constant(...))]
