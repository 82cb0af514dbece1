"""Puts a rewritten function into its file, changing nothing else.

What a small model forgets is kept: the decorators, the docstring, the indentation, the line ends.
Imports it adds go to the top of the file if they are used and not there yet. That is for Python;
what is done for other languages is in ``scripts.py``.
"""

import ast
import textwrap
from dataclasses import dataclass

from agent.answer import Answer, function_node
from agent.scripts import normalised_script, replaced
from agent.sources import AnyFunction, Source, first_line
from codegen_lsp.syntax.definitions import Definition


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The whole new text of a file. ``key`` is equal for rewrites that mean the same program."""

    text: str
    key: str


def rewritten(source: Source, target: Definition, answer: Answer) -> Rewrite:
    """Return ``source`` with the function ``target`` replaced by the one of ``answer``."""
    if source.language != "python":
        key = normalised(answer.function, language=source.language)
        return Rewrite(replaced(source, target, answer.function), key)
    original = textwrap.dedent(original_text(source, target))
    function = _with_forgotten_parts(original, answer.function)
    missing = _missing_imports(source, answer.imports, function)
    text = source.document.text
    new = _indented(function, _indentation(source, target))
    body = text[: target.start] + _with_line_end(new, source) + text[target.end :]
    return Rewrite(_with_imports(body, missing, source), normalised(function, missing))


def original_text(source: Source, target: Definition) -> str:
    """Return the text of ``target`` with its indentation, line ends as LF."""
    return source.document.text[target.start : target.end].replace("\r\n", "\n")


def normalised(function: str, imports: tuple[str, ...] = (), *, language: str = "python") -> str:
    """Return a form that does not depend on layout, comments and docstrings."""
    if language != "python":
        return normalised_script(function, language)
    node = function_node(function)
    if node is None:
        return function
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return "\n".join([*sorted(imports), ast.unparse(node)])


def _with_forgotten_parts(original: str, function: str) -> str:
    before, after = function_node(original), function_node(function)
    if before is None or after is None:
        return function
    if _docstring(before) is not None and _docstring(after) is None:
        function = _with_docstring(original, before, function, after)
    if before.decorator_list and not after.decorator_list:
        function = "\n".join([*original.split("\n")[: before.lineno - 1], function])
    return function


def _docstring(node: AnyFunction) -> ast.Expr | None:
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None or not isinstance(first, ast.Expr):
        return None
    return first


def _with_docstring(original: str, before: AnyFunction, function: str, after: AnyFunction) -> str:
    docstring, first = _docstring(before), after.body[0]
    lines = function.split("\n")
    on_one_line = (
        first.lineno <= after.lineno or lines[first.lineno - 1][: first.col_offset].strip()
    )
    if docstring is None or docstring.end_lineno is None or on_one_line:
        return function
    kept = original.split("\n")[docstring.lineno - 1 : docstring.end_lineno]
    kept = textwrap.indent(textwrap.dedent("\n".join(kept)), " " * first.col_offset).split("\n")
    start = _body_line(after)
    return "\n".join([*lines[:start], *kept, *lines[start:]])


def _body_line(node: AnyFunction) -> int:
    """Return the index of the first body statement's line, its decorators included."""
    return first_line(node.body[0]) - 1


def _indentation(source: Source, target: Definition) -> str:
    line = source.document.line(target.first_line)
    return line[: len(line) - len(line.lstrip())]


def _indented(function: str, indentation: str) -> str:
    """Indent a function, but not the lines that continue a string which is no docstring."""
    if not indentation:
        return function
    inside = _lines_within_strings(function)
    return "\n".join(
        line if number in inside or not line.strip() else indentation + line
        for number, line in enumerate(function.split("\n"), 1)
    )


def _lines_within_strings(function: str) -> set[int]:
    node = function_node(function)
    found: set[int] = set()
    for each in ast.walk(node) if node else ():
        if not isinstance(each, ast.Constant | ast.JoinedStr) or each.end_lineno is None:
            continue
        if isinstance(each, ast.JoinedStr) or isinstance(each.value, str | bytes):
            found.update(range(each.lineno + 1, each.end_lineno + 1))
    docstring = _docstring(node) if node else None
    if docstring is not None and docstring.end_lineno is not None:
        found.difference_update(range(docstring.lineno, docstring.end_lineno + 1))
    return found


def _with_line_end(text: str, source: Source) -> str:
    return text.replace("\n", source.document.line_end)


def _missing_imports(source: Source, imports: tuple[str, ...], function: str) -> tuple[str, ...]:
    """Return those of ``imports`` whose names the function uses and the file does not bind."""
    module, node = source.syntax, function_node(function)
    if module is None or node is None:
        return ()
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    wanted = used - _bound_at_top(module)
    found: list[str] = []
    for statement in imports:
        parsed = ast.parse(statement).body[0]
        if isinstance(parsed, ast.Import | ast.ImportFrom) and not _is_future(parsed):
            parsed.names = [each for each in parsed.names if _binds(each) in wanted]
            if parsed.names:
                found.append(ast.unparse(parsed))
    return tuple(dict.fromkeys(found))


def _bound_at_top(module: ast.Module) -> set[str]:
    bound: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(_binds(alias) for alias in node.names)
        elif isinstance(node, AnyFunction | ast.ClassDef):
            bound.add(node.name)
        else:
            bound.update(
                each.id
                for each in ast.walk(node)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            )
    return bound


def _binds(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _with_imports(text: str, imports: tuple[str, ...], source: Source) -> str:
    """Put import lines after the file's last leading import, or else where one would stand."""
    if not imports or source.syntax is None:
        return text
    line = _import_line(source.syntax)
    lines = text.split("\n")
    end = "\r" if source.document.line_end == "\r\n" else ""
    gap = [] if line and _is_import(source.syntax, line) else [end]
    return "\n".join([*lines[:line], *(f"{each}{end}" for each in imports), *gap, *lines[line:]])


def _import_line(module: ast.Module) -> int:
    """Return how many lines of the file stand before the place for a further import."""
    line = 0
    for number, node in enumerate(module.body):
        is_docstring = number == 0 and isinstance(node, ast.Expr)
        if not is_docstring and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        line = node.end_lineno or line
    if line == 0 and module.body:
        line = first_line(module.body[0]) - 1
    return line


def _is_import(module: ast.Module, line: int) -> bool:
    return any(
        isinstance(node, ast.Import | ast.ImportFrom) and node.end_lineno == line
        for node in module.body
    )
