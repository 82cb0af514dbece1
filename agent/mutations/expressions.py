"""Small changes to expressions: the slips that a template can undo.

Each template is a function from a node to replacements for it, with how often that slip is the bug
(``weight``, an order and nothing more). The catalogue follows the operators of mutation testing and
of template-based repair (Offutt et al., "An experimental determination of sufficient mutant
operators", 1996; Liu et al., "TBar", 2019). What a replacement does to the text of the file, and
which are worth running, is decided in ``mutants.py``.
"""

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agent.mutations.names import Names


class Swap(NamedTuple):
    """Replace ``node`` by ``text``; ``what`` says in words what changes."""

    node: ast.expr
    text: str
    what: str
    weight: float


_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""The likeliest first."""

_OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Pow, ast.FloorDiv),
    ast.Div: (ast.FloorDiv, ast.Mult),
    ast.FloorDiv: (ast.Mod, ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Div),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitAnd, ast.BitOr),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}

_METHODS = (
    ("append", "extend", "insert"),
    ("append", "appendleft"),
    ("pop", "popleft"),
    ("add", "update", "discard"),
    ("remove", "discard"),
    ("union", "intersection", "difference"),
    ("keys", "values", "items"),
    ("startswith", "endswith"),
    ("find", "rfind"),
    ("index", "rindex"),
    ("strip", "lstrip", "rstrip"),
    ("upper", "lower", "swapcase"),
    ("isupper", "islower"),
    ("isalpha", "isalnum", "isdigit"),
    ("split", "rsplit", "splitlines"),
)
_FUNCTIONS = (
    ("min", "max"),
    ("any", "all"),
    ("floor", "ceil"),
    ("ceil", "floor", "round"),
    ("sum", "len"),
    ("int", "float"),
    ("reversed", "sorted"),
    ("ord", "chr"),
)
_WRAPPERS = ("sorted", "list", "set", "len", "str", "int")

_MOST_SWAPPED = 4
"""A longer list is data, and its order a choice."""

_LIKELY, _POSSIBLE, _RARE = 1.0, 0.6, 0.3


def swaps(node: ast.expr, parent: ast.AST, names: Names) -> Iterator[Swap]:
    """Yield the replacements of one expression, whose ``parent`` is a statement or expression."""
    for template in _TEMPLATES.get(type(node), ()):
        yield from template(node, names)
    if _may_be_a_count(node, parent):
        yield from _off_by_one(node, parent)
        yield from _with_a_term(node, parent, names)
    if _is_a_condition(node, parent):
        yield from _negated(node)
        yield from _guarded(node, names)
    if isinstance(parent, ast.Return | ast.For | ast.comprehension | ast.Assign):
        yield from _wrapped(node)
    if isinstance(parent, ast.For | ast.comprehension) and node is parent.iter:
        yield from _sliced(node, names)


def _compare(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Compare)  # noqa: S101 - by the table
    for at, operator in enumerate(node.ops):
        for rank, other in enumerate(_COMPARISONS[type(operator)]):
            changed = copy.copy(node)
            changed.ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            weight = _LIKELY if rank == 0 else _POSSIBLE
            yield Swap(node, ast.unparse(changed), "another comparison", weight)
    if len(node.comparators) == 1:
        turned = ast.Compare(node.comparators[0], node.ops, [node.left])
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            yield Swap(node, ast.unparse(turned), "operands swapped", _RARE)


def _binary(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.BinOp)  # noqa: S101 - by the table
    for rank, other in enumerate(_OPERATORS.get(type(node.op), ())):
        changed = ast.BinOp(node.left, other(), node.right)
        weight = _LIKELY if rank == 0 else _POSSIBLE
        yield Swap(node, ast.unparse(changed), "another operator", weight)
    turned = ast.BinOp(node.right, node.op, node.left)
    if not isinstance(node.op, ast.Mult):
        yield Swap(node, ast.unparse(turned), "operands swapped", _POSSIBLE)
    for kept in (node.left, node.right):
        yield Swap(node, _in_parentheses(kept), "an operand left out", _POSSIBLE)
    if isinstance(node.op, ast.Sub):
        yield Swap(node, f"abs({ast.unparse(node)})", "a missing abs()", _POSSIBLE)
    yield from _regrouped(node)


def _regrouped(node: ast.BinOp) -> Iterator[Swap]:
    """Yield ``a * (b + c)`` for ``a * b + c`` and the like."""
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        changed = ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))
        yield Swap(node, ast.unparse(changed), "other parentheses", _RARE)
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        changed = ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
        yield Swap(node, ast.unparse(changed), "other parentheses", _RARE)


def _boolean(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.BoolOp)  # noqa: S101 - by the table
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield Swap(node, ast.unparse(ast.BoolOp(other, node.values)), "and for or", _LIKELY)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        kept = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield Swap(node, _in_parentheses(kept), "a condition left out", _POSSIBLE)


def _unary(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.UnaryOp)  # noqa: S101 - by the table
    yield Swap(node, _in_parentheses(node.operand), "an operator left out", _LIKELY)


def _constant(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Constant)  # noqa: S101 - by the table
    value = node.value
    if isinstance(value, bool):
        yield Swap(node, str(not value), "the other truth value", _LIKELY)
    elif isinstance(value, int):
        near = dict.fromkeys((value + 1, value - 1, 0, 1))
        for other in near:
            if other != value:
                text = str(other) if other >= 0 else f"({other})"
                yield Swap(node, text, "another number", _LIKELY)
    elif isinstance(value, str) and value in {"", " "}:
        yield Swap(node, repr(" " if value == "" else ""), "a blank", _POSSIBLE)


def _name(node: ast.expr, names: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Name)  # noqa: S101 - by the table
    if isinstance(node.ctx, ast.Load):
        for other in names.like(node.id):
            yield Swap(node, other, "another variable", _POSSIBLE)


def _attribute(node: ast.expr, names: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Attribute)  # noqa: S101 - by the table
    if isinstance(node.ctx, ast.Load):
        for other in names.attributes_like(node.attr):
            changed = ast.Attribute(node.value, other, node.ctx)
            yield Swap(node, ast.unparse(changed), "another attribute", _POSSIBLE)


def _display(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.List | ast.Tuple)  # noqa: S101 - by the table
    if isinstance(node.ctx, ast.Load) and len(node.elts) <= _MOST_SWAPPED:
        for at in range(len(node.elts) - 1):
            changed = copy.copy(node)
            one, other = node.elts[at : at + 2]
            changed.elts = [*node.elts[:at], other, one, *node.elts[at + 2 :]]
            yield Swap(node, ast.unparse(changed), "elements swapped", _POSSIBLE)


def _call(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Call)  # noqa: S101 - by the table
    yield from _other_function(node)
    for at in range(len(node.args) - 1):
        swapped = [*node.args[:at], node.args[at + 1], node.args[at], *node.args[at + 2 :]]
        yield Swap(node, _called(node, swapped), "arguments swapped", _LIKELY)
    if len(node.args) == 1 and not node.keywords:
        yield Swap(node, _in_parentheses(node.args[0]), "a call left out", _POSSIBLE)
    if isinstance(node.func, ast.Attribute) and len(node.args) < 2:  # noqa: PLR2004 - a plain method
        yield Swap(node, _in_parentheses(node.func.value), "a call left out", _RARE)
        if node.func.attr == "pop":
            args: list[ast.expr] = [] if node.args else [ast.Constant(0)]
            yield Swap(node, _called(node, args), "the other end", _POSSIBLE)
    for at, keyword in enumerate(node.keywords):
        changed = copy.copy(node)
        changed.keywords = [*node.keywords[:at], *node.keywords[at + 1 :]]
        yield Swap(node, ast.unparse(changed), f"{keyword.arg} left out", _RARE)
    if isinstance(node.func, ast.Name) and node.func.id == "range" and len(node.args) == 1:
        args = [ast.Constant(1), node.args[0]]
        yield Swap(node, _called(node, args), "a range from 1", _POSSIBLE)


def _other_function(node: ast.Call) -> Iterator[Swap]:
    function = node.func
    families = _METHODS if isinstance(function, ast.Attribute) else _FUNCTIONS
    name = function.attr if isinstance(function, ast.Attribute) else _plain_name(function)
    for family in families:
        for other in family if name in family else ():
            if other == name:
                continue
            changed: ast.expr = (
                ast.Attribute(function.value, other, ast.Load())
                if isinstance(function, ast.Attribute)
                else ast.Name(other, ast.Load())
            )
            yield Swap(function, ast.unparse(changed), f"{other} for {name}", _LIKELY)


def _subscript(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.Subscript)  # noqa: S101 - by the table
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(node.slice, ast.Slice):
        yield Swap(node, _in_parentheses(node.value), "a slice left out", _POSSIBLE)
        for bound in ("lower", "upper"):
            if getattr(node.slice, bound) is not None:
                part = copy.copy(node.slice)
                setattr(part, bound, None)
                changed = ast.Subscript(node.value, part, node.ctx)
                yield Swap(node, ast.unparse(changed), "a bound left out", _RARE)


def _comprehension(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp)  # noqa: S101 - same
    for at, part in enumerate(node.generators):
        if part.ifs:
            changed, bare = copy.copy(node), copy.copy(part)
            bare.ifs = []
            changed.generators = [*node.generators[:at], bare, *node.generators[at + 1 :]]
            yield Swap(node, ast.unparse(changed), "a filter left out", _RARE)


def _conditional(node: ast.expr, _: Names) -> Iterator[Swap]:
    assert isinstance(node, ast.IfExp)  # noqa: S101 - by the table
    turned = ast.IfExp(node.test, node.orelse, node.body)
    yield Swap(node, ast.unparse(turned), "branches swapped", _POSSIBLE)


_TEMPLATES = {
    ast.Compare: (_compare,),
    ast.BinOp: (_binary,),
    ast.BoolOp: (_boolean,),
    ast.UnaryOp: (_unary,),
    ast.Constant: (_constant,),
    ast.Name: (_name,),
    ast.Attribute: (_attribute,),
    ast.Call: (_call,),
    ast.List: (_display,),
    ast.Tuple: (_display,),
    ast.Subscript: (_subscript,),
    ast.ListComp: (_comprehension,),
    ast.SetComp: (_comprehension,),
    ast.GeneratorExp: (_comprehension,),
    ast.IfExp: (_conditional,),
}


def _off_by_one(node: ast.expr, parent: ast.AST) -> Iterator[Swap]:
    text = ast.unparse(node)
    bare = isinstance(parent, ast.Call | ast.Subscript | ast.Slice | ast.Return | ast.Compare)
    for sign in "+-":
        changed = f"{text} {sign} 1"
        yield Swap(node, changed if bare else f"({changed})", "off by one", _LIKELY)


def _with_a_term(node: ast.expr, parent: ast.AST, names: Names) -> Iterator[Swap]:
    """Yield ``count - other`` for an argument or index ``count``."""
    if isinstance(node, ast.Name) and isinstance(parent, ast.Call | ast.Subscript | ast.Slice):
        for other in names.like(node.id):
            for sign in "-+":
                yield Swap(node, f"{node.id} {sign} {other}", "a missing term", _RARE)


def _sliced(node: ast.expr, names: Names) -> Iterator[Swap]:
    """Yield parts of what a loop runs over."""
    if isinstance(node, ast.Name):
        for bound in ("1", *names.used_as("counted")):
            if bound != node.id:
                yield Swap(node, f"{node.id}[{bound}:]", "a missing slice", _RARE)
        yield Swap(node, f"{node.id}[:-1]", "a missing slice", _RARE)


def _guarded(node: ast.expr, names: Names) -> Iterator[Swap]:
    """Yield conditions that also ask whether there is something at all."""
    if isinstance(node, ast.Constant):
        for name in names.used_as("object"):
            yield Swap(node, name, "a missing condition", _POSSIBLE)
        return
    text = _in_parentheses(node) if isinstance(node, ast.BoolOp | ast.IfExp) else ast.unparse(node)
    for name in names.used_as("object"):
        yield Swap(node, f"{name} is None or {text}", "a missing guard", _RARE)
        yield Swap(node, f"{name} is not None and {text}", "a missing guard", _RARE)
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        yield from _boundary(node)


def _boundary(node: ast.Compare) -> Iterator[Swap]:
    """Yield ``size <= 1`` for ``size == 0``: an end of recursion that comes too late."""
    match node.comparators:
        case [ast.Constant(value=int() as value)] if not isinstance(value, bool):
            changed = ast.Compare(node.left, [ast.LtE()], [ast.Constant(value + 1)])
            yield Swap(node, ast.unparse(changed), "a wider boundary", _POSSIBLE)


def _negated(node: ast.expr) -> Iterator[Swap]:
    if not isinstance(node, ast.UnaryOp | ast.Compare | ast.Constant):
        text = ast.unparse(ast.UnaryOp(ast.Not(), node))
        yield Swap(node, text, "the condition negated", _POSSIBLE)


def _wrapped(node: ast.expr) -> Iterator[Swap]:
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        for wrapper in _WRAPPERS:
            yield Swap(node, f"{wrapper}({ast.unparse(node)})", f"a missing {wrapper}()", _RARE)


def _may_be_a_count(node: ast.expr, parent: ast.AST) -> bool:
    """Say whether one more or less makes sense: an index, a bound, an argument, a result."""
    counts = ast.Name | ast.Attribute | ast.BinOp | ast.Call | ast.Subscript
    if not isinstance(node, counts) or isinstance(getattr(node, "ctx", None), ast.Store):
        return False
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Sub | ast.FloorDiv):
        return False
    match parent:
        case ast.Call():
            makes_sense = node is not parent.func
        case ast.Subscript():
            makes_sense = node is parent.slice
        case ast.Compare():
            ordered = ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq
            makes_sense = isinstance(parent.ops[0], ordered)
        case ast.Tuple(ctx=ast.Load()):  # the indices of table[i, j], among others
            makes_sense = isinstance(node, ast.Name | ast.BinOp)
        case _:
            makes_sense = isinstance(parent, ast.Slice | ast.Return | ast.BinOp)
    return makes_sense


def _is_a_condition(node: ast.expr, parent: ast.AST) -> bool:
    if isinstance(parent, ast.If | ast.While | ast.IfExp):
        return node is parent.test
    return isinstance(parent, ast.comprehension) and node in parent.ifs


def _in_parentheses(node: ast.expr) -> str:
    text = ast.unparse(node)
    atoms = ast.Name | ast.Constant | ast.Attribute | ast.Call | ast.Subscript | ast.List | ast.Dict
    return text if isinstance(node, atoms) else f"({text})"


def _called(node: ast.Call, arguments: list[ast.expr]) -> str:
    changed = copy.copy(node)
    changed.args = arguments
    return ast.unparse(changed)


def _plain_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
