"""From checked texts to the edit that puts them into the file.

A whole docstring is laid out anew; one that disagrees with its signature keeps its author's words
and layout, and only the wrong entries change. Types are those of the annotations, never a model's.
"""

import inspect
import re

from codegen_lsp.document.docstring import Described, DocstringContent, SectionKind
from codegen_lsp.document.docstring_layout import Layout, docstring_lines
from codegen_lsp.document.docstring_mend import Change, mend
from codegen_lsp.document.docstring_outline import outline
from codegen_lsp.document.docstring_quote import (
    escaped_for,
    inside_lines,
    quoted,
    requoted,
    text_of,
)
from codegen_lsp.document.text import Span, TextEdit
from codegen_lsp.features.docstring_targets import DocstringOptions, Target
from codegen_lsp.prompt.docstring_answer import Answer
from codegen_lsp.syntax.parameters import Parameter

_QUOTES = 3
_ITEM_OF = re.compile(r"(?:\w+\.)*(?:Async)?(?:Iterator|Iterable|Generator)\[(?P<item>.*)\]")


def layout_for(target: Target, options: DocstringOptions) -> Layout:
    """Return how the docstring of ``target`` is written: in its own style, or that of its file."""
    custom = target.file.custom(options)
    own = target.outline.style if target.outline is not None and not options.force else None
    place = target.signature.place
    return Layout(
        style=own or custom.style,
        width=options.line_length - len(place.indent.expandtabs(4)),
        shows_types=custom.shows_types,
        step=place.step,
    )


def summary_width(layout: Layout) -> int:
    """Return how many code points a summary may have after the opening quotes."""
    return layout.width - _QUOTES


def whole_docstring(target: Target, answer: Answer, layout: Layout) -> TextEdit:
    """Return the edit that gives ``target`` a docstring made of ``answer`` alone."""
    signature, place = target.signature, target.signature.place
    content = DocstringContent(
        summary=answer.summary or "",
        parameters=_parameters(target, answer, layout),
        returns=_value(answer.returns, signature.returns),
        yields=_value(answer.yields, _item_of(signature.returns)),
        raises=tuple(Described(name, text) for name, text in answer.raises.items()),
    )
    lines = docstring_lines(content, layout)
    one_line = len(lines) == 1 and len(lines[0]) + 2 * _QUOTES <= layout.width
    return _edit(
        target, quoted(_indented(lines, place.indent, closed=not one_line), _line_end(target))
    )


def mended_docstring(target: Target, answer: Answer, layout: Layout) -> TextEdit:
    """Return the edit that mends where the docstring of ``target`` disagrees with its signature.

    ``answer`` holds the texts for what is missing in it.
    """
    place, disagreement = target.signature.place, target.disagreement
    literal = _triple_quoted(target)
    lines = inside_lines(literal) or [""]
    added = [
        (SectionKind.PARAMETERS, _parameters(target, answer, layout)),
        (SectionKind.RAISES, tuple(Described(name, text) for name, text in answer.raises.items())),
    ]
    change = Change(
        order=tuple(parameter.name for parameter in target.signature.parameters),
        removed=frozenset(disagreement.unknown),
        added=tuple((kind, _escaped(literal, items)) for kind, items in added if items),
        removed_sections=frozenset(disagreement.needless),
    )
    mended = mend(lines, outline(lines), change, layout=layout, indent=place.indent)
    return _edit(target, requoted(literal, mended, _line_end(target)))


def _parameters(target: Target, answer: Answer, layout: Layout) -> tuple[Described, ...]:
    return tuple(
        Described(
            parameter.label, answer.parameters[parameter.name], _shown_type(parameter, layout)
        )
        for parameter in target.signature.parameters
        if parameter.name in answer.parameters
    )


def _shown_type(parameter: Parameter, layout: Layout) -> str | None:
    if parameter.annotation is None:
        return None
    optional = ", optional" if layout.style == "numpy" and parameter.default is not None else ""
    return _unquoted(parameter.annotation) + optional


def _value(text: str | None, annotation: str | None) -> Described | None:
    return None if text is None else Described("", text, annotation and _unquoted(annotation))


def _unquoted(annotation: str) -> str:
    """Take the quotes off an annotation that is written as a string."""
    inner = annotation[1:-1]
    is_string = annotation[:1] in {'"', "'"} and annotation[-1:] == annotation[:1]
    return inner if is_string and annotation[0] not in inner else annotation


def _item_of(annotation: str | None) -> str | None:
    """Return what an iterator's or generator's annotation says of its items."""
    match = _ITEM_OF.fullmatch(_unquoted(annotation)) if annotation else None
    if match is None:
        return None
    depth = 0
    for index, char in enumerate(match["item"]):
        depth += (char in "[(") - (char in "])")
        if char == "," and depth == 0:
            return match["item"][:index]
    return match["item"]


def _escaped(literal: str, items: tuple[Described, ...]) -> tuple[Described, ...]:
    return tuple(
        Described(
            item.label,
            escaped_for(literal, item.text),
            None if item.type is None else escaped_for(literal, item.type),
        )
        for item in items
    )


def _triple_quoted(target: Target) -> str:
    """Return the docstring's literal, written anew if it is not one triple-quoted string."""
    place = target.signature.place
    literal = place.literal or ""
    if inside_lines(literal) is not None:
        return literal
    lines = inspect.cleandoc(text_of(literal) or "").split("\n")
    return quoted(_indented(lines, place.indent, closed=len(lines) > 1), _line_end(target))


def _indented(lines: list[str], indent: str, *, closed: bool) -> list[str]:
    """Indent all lines but the first; ``closed`` gives the closing quotes a line of their own."""
    rest = [indent + line if line else "" for line in lines[1:]]
    return [lines[0], *rest, *([indent] if closed else [])]


def _edit(target: Target, literal: str) -> TextEdit:
    document, place = target.file.document, target.signature.place
    span = Span(document.position(place.start), document.position(place.end))
    return TextEdit(span, place.before + literal + place.after)


def _line_end(target: Target) -> str:
    return target.file.document.line_end
