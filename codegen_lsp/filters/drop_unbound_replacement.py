"""A claim whose remedy uses names that do not exist was not thought through."""

from pathlib import Path

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.text import Document
from codegen_lsp.errors import MissingTool
from codegen_lsp.filters.fix_replacement import with_line
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.quoted_place import quoted_span
from codegen_lsp.lint import lint_python
from codegen_lsp.prompt.review import Claim

_UNBOUND = ("F821", "F822", "F823")


def drop_unbound_replacement(claim: Claim, passage: Passage) -> Claim | Dropped:
    """Drop a claim about Python whose replacement adds an undefined name, as ruff sees it.

    Where ruff cannot be run nobody can say, and the claim passes: the review has told that already.
    """
    span = quoted_span(claim.quote, passage)
    document = passage.file.document
    if claim.replacement is None or isinstance(span, Dropped) or document.language != "python":
        return claim
    changed = document.with_text(with_line(document, span.start.line, claim.replacement))
    try:
        added = _unbound(changed) - _unbound(document)
    except MissingTool:
        return claim
    return Dropped("its replacement uses a name that is not defined") if added else claim


def _unbound(document: Document) -> set[str]:
    found = lint_python(document.text, filename=Path("replacement.py"), cwd=Path(), select=_UNBOUND)
    return {finding.message for finding in found}
