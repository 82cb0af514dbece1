"""What a model would write instead is worth showing only if it is code, and different code."""

import dataclasses

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.text import Document, Position, Span
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.quoted_place import quoted_span, same_code, without_mark
from codegen_lsp.prompt.review import Claim
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse, parses


def fix_replacement(claim: Claim, passage: Passage) -> Claim | Dropped:
    """Make the replacement a whole line that fits where the quoted one stands, or leave it out.

    It gets the indentation of the quoted line, and the rest of that line when the quote was a part
    of it. It is left out when it adds a syntax problem, when nobody can say for want of a grammar,
    and when the quote spans several lines. A claim whose replacement is the line as it is
    contradicts itself and is dropped.
    """
    span = quoted_span(claim.quote, passage)
    if claim.replacement is None or isinstance(span, Dropped):
        return claim
    if span.end.line > span.start.line:
        return dataclasses.replace(claim, replacement=None)
    document = passage.file.document
    line = document.line(span.start.line)
    new = _new_line(without_mark(claim.replacement), line, span)
    if same_code(new, line):
        return Dropped("its replacement is the line as it is")
    if not new.strip() or not _parses_as_well(document, span.start.line, new):
        return dataclasses.replace(claim, replacement=None)
    return dataclasses.replace(claim, replacement=new)


def _new_line(replacement: str, line: str, span: Span) -> str:
    start, end = span.start.column, span.end.column
    quotes_all = same_code(line, line[start:end])
    if quotes_all or replacement.split()[:1] == line.split()[:1]:
        return line[: len(line) - len(line.lstrip())] + replacement
    return line[:start] + replacement + line[end:]


def with_line(document: Document, number: int, new: str) -> str:
    """Return the text of ``document`` with line ``number`` (from zero) replaced, its end kept."""
    old = document.line_with_end(number)
    start = document.index(Position(number, 0))
    end = old[len(document.line(number)) :]
    return document.text[:start] + new + end + document.text[start + len(old) :]


def _parses_as_well(document: Document, number: int, new: str) -> bool:
    if document.language is None or not parses(document.language):
        return False
    before = problems_of(parse(document.text, document.language))
    after = problems_of(parse(with_line(document, number, new), document.language))
    return not after.worse_than(before)
