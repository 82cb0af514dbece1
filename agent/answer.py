"""Finds the function in what the model wrote.

Answers come with prose, without fences, cut off, or with a class around the method that was asked
for. The text is data: it is parsed, and nothing of it but one function and the imports before it
is used. Where these go is decided in ``rewrite.py``.
"""

import ast
import re
import textwrap
from dataclasses import dataclass

from agent.sources import AnyFunction, parse_quietly
from codegen_lsp.syntax.definitions import Definition, Kind, definitions
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse

_FENCE = re.compile(r"^[ \t]*```[^\n]*$", re.MULTILINE)
_FENCED = re.compile(r"^[ \t]*```[^\n]*\n(.*?)(?:^[ \t]*```|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A function as the model wrote it, not indented, and the imports that stood before it."""

    function: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why an answer brings nothing to try."""

    reason: str


def find_function(
    text: str, qualified_name: str, *, language: str = "python", cut: bool = False
) -> Answer | Unusable:
    """Return the function that the answer ``text`` gives for ``qualified_name``.

    The last code block that has it counts, since earlier ones may quote the original; its closing
    fence may be missing. In a text that was ``cut`` off a function is whole if more follows it.
    """
    name = qualified_name.rpartition(".")[2]
    problem = f"it has no function {name}"
    for block in [*reversed(_FENCED.findall(text)), _FENCE.sub("", text)]:
        code = textwrap.dedent(block.replace("\r\n", "\n"))
        found = _definition(definitions(parse(code, language)), qualified_name)
        if found is None:
            continue
        function = textwrap.dedent(code[found.start : found.end])
        if cut and _ends_with(text, function):
            continue
        if language != "python":
            if problems_of(parse(function, language)).count == 0:
                return Answer(function.rstrip())
        elif function_node(function) is not None:
            return Answer(function.rstrip(), _imports(code, found))
        problem = f"its function {name} does not parse"
    return Unusable("it was cut off" if cut else problem)


def function_node(function: str) -> AnyFunction | None:
    """Return the syntax of a text that is exactly one function, or None when it is not."""
    module = parse_quietly(function)
    if module is None or len(module.body) != 1:
        return None
    node = module.body[0]
    return node if isinstance(node, AnyFunction) else None


def _definition(found: list[Definition], qualified_name: str) -> Definition | None:
    """Choose the definition of that dotted name, else the outermost one of its last part."""
    name = qualified_name.rpartition(".")[2]
    named = [each for each in found if each.kind is Kind.FUNCTION and each.name == name]
    exact = [each for each in named if each.qualified_name == qualified_name]
    return min(exact or named, key=lambda each: each.qualified_name.count("."), default=None)


def _ends_with(text: str, function: str) -> bool:
    """Say whether ``text`` ends with ``function``, however it is indented there."""
    return text.rstrip().endswith(function.rstrip().rpartition("\n")[2].strip())


def _imports(code: str, function: Definition) -> tuple[str, ...]:
    """Return the import statements before the function, each as one line."""
    module = parse_quietly(code) or parse_quietly(code[: function.start])
    return tuple(
        ast.unparse(node)
        for node in (module.body if module else ())
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= function.first_line
    )
