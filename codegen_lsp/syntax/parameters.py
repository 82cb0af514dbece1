"""The parameters of a Python function, in order, as the syntax tree has them."""

from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree


class ParameterKind(StrEnum):
    """How an argument reaches a parameter."""

    POSITIONAL_ONLY = "positional only"
    POSITIONAL_OR_KEYWORD = "positional or keyword"
    VAR_POSITIONAL = "var positional"
    KEYWORD_ONLY = "keyword only"
    VAR_KEYWORD = "var keyword"


_STARS = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}
_SPLATS = {
    "list_splat_pattern": ParameterKind.VAR_POSITIONAL,
    "dictionary_splat_pattern": ParameterKind.VAR_KEYWORD,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``annotation`` and ``default`` are source text on one line."""

    name: str
    kind: ParameterKind = ParameterKind.POSITIONAL_OR_KEYWORD
    annotation: str | None = None
    default: str | None = None

    @property
    def label(self) -> str:
        """The name with its stars, as documentation writes it."""
        return _STARS.get(self.kind, "") + self.name


def parameters_of(tree: SyntaxTree, function: Node) -> list[Parameter]:
    """Return all parameters of a ``function_definition`` node, a method's receiver included."""
    listed = function.child_by_field_name("parameters")
    found: list[Parameter] = []
    kind = ParameterKind.POSITIONAL_OR_KEYWORD
    for node in listed.named_children if listed is not None else []:
        if node.type == "positional_separator":
            found = [_positional_only(parameter) for parameter in found]
        elif node.type == "keyword_separator":
            kind = ParameterKind.KEYWORD_ONLY
        elif (parameter := _parameter(tree, node, kind)) is not None:
            found.append(parameter)
            if parameter.kind is ParameterKind.VAR_POSITIONAL:
                kind = ParameterKind.KEYWORD_ONLY
    return found


def _positional_only(parameter: Parameter) -> Parameter:
    return Parameter(
        parameter.name, ParameterKind.POSITIONAL_ONLY, parameter.annotation, parameter.default
    )


def _parameter(tree: SyntaxTree, node: Node, kind: ParameterKind) -> Parameter | None:
    named = node
    if node.type == "typed_parameter":
        named = node.named_children[0]
    elif node.type in {"default_parameter", "typed_default_parameter"}:
        named = node.child_by_field_name("name") or node
    if named.type in _SPLATS and named.named_children:
        kind, named = _SPLATS[named.type], named.named_children[0]
    if named.type != "identifier":
        return None
    return Parameter(
        name=_text(tree, named),
        kind=kind,
        annotation=_field(tree, node, "type"),
        default=_field(tree, node, "value"),
    )


def _field(tree: SyntaxTree, node: Node, name: str) -> str | None:
    child = node.child_by_field_name(name)
    return None if child is None else " ".join(_text(tree, child).split())


def _text(tree: SyntaxTree, node: Node) -> str:
    return tree.source[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
