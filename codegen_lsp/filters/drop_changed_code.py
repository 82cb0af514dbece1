"""Documentation must leave the code as it is: that is compared node for node."""

import ast
import warnings

from codegen_lsp.filters.place import Dropped
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def drop_changed_code(before: str, after: str) -> str | Dropped:
    """Drop the Python text ``after`` if it differs from ``before`` in more than docstrings.

    It must have no syntax problem that was not there; where Python itself can read ``before``, the
    code must be the same node for node.
    """
    if problems_of(parse(after, "python")).worse_than(problems_of(parse(before, "python"))):
        return Dropped("it would add a syntax error")
    old, new = _code_of(before), _code_of(after)
    if old is not None and old != new:
        return Dropped("it would change the code")
    return after


def _code_of(text: str) -> str | None:
    """Return a text's code without docstrings, None when Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A byte order mark is allowed in bytes and not in text.
            tree = ast.parse(text.encode("utf-8", "surrogatepass"))
            for node in ast.walk(tree):
                if (
                    isinstance(node, _DOCUMENTED)
                    and ast.get_docstring(node, clean=False) is not None
                ):
                    del node.body[0]
            return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
