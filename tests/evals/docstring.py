"""Docstrings of real functions, and whether they say what the code says.

Which parameters a function has, what it raises and whether it returns a value is in the item; the
docstring's sections are read as the common tools read them. Style is what ruff's pydocstyle rules
say under the Google convention.
"""

import tempfile
from pathlib import Path

from codegen_lsp.document.docstring import SectionKind
from codegen_lsp.document.docstring_outline import outline
from codegen_lsp.document.text import Document
from codegen_lsp.features.docstring import Refused, documented_text, write_docstrings
from codegen_lsp.features.docstring_targets import DocstringOptions
from codegen_lsp.lint import lint_python
from tests.evals.asking import asked, code_of
from tests.evals.docstring_text import docstring_in, with_docstring
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores

STYLE_RULES = ("D2", "D3", "D4")
OTHER_CONVENTIONS = frozenset(
    {"D203", "D204", "D213", "D215", "D400", "D401", "D404", "D406", "D407", "D408", "D409", "D413"}
)
"""What pydocstyle's Google convention leaves out, of these rules."""

_QUESTION = """\
Write a Google-style docstring for this function: a summary line, then the sections Args, Returns \
and Raises where they apply. Answer with the text of the docstring alone, without quotes and code.

{code}"""


def ours(item: Fields, parts: Parts) -> Answer:
    """Document the function as a file of its own."""
    return documented(item["code"], item["name"], parts)


def documented(code: str, name: str, parts: Parts) -> Answer:
    """Document one function through the product; ``more["file"]`` is the code with it."""
    document = Document(code, language="python")
    options = DocstringOptions(default_style=parts.settings.docstring.style)
    outcomes = list(write_docstrings(document, parts.model, symbol=name, options=options))
    refused = next((each.reason for each in outcomes if isinstance(each, Refused)), None)
    text = documented_text(document, outcomes)
    return Answer(docstring_in(text, name) or "", refused, more={"file": text})


def bare(item: Fields, parts: Parts) -> Answer:
    """Ask for the docstring in one question."""
    return asked_for(item["code"], item["name"], parts)


def asked_for(code: str, name: str, parts: Parts) -> Answer:
    """Ask the bare model for the docstring of one function, and put it there as it is."""
    answer = asked(parts.model, _QUESTION.format(code=code))
    text = code_of(answer).strip().strip("\"'").strip()
    if not text:
        return Answer("", "the answer was empty", more={"file": code})
    try:
        file = with_docstring(code, name, text)
    except LookupError as error:
        return Answer("", str(error), more={"file": code})
    return Answer(docstring_in(file, name) or "", more={"file": file})


def score(item: Fields, record: Fields) -> Scores:
    """Compare what the docstring names with what the code has; no docstring names nothing."""
    found = outline(record["output"].splitlines())
    named, true = set(found.names(SectionKind.PARAMETERS)), {_bare(arg) for arg in item["args"]}
    raised, raises = set(found.names(SectionKind.RAISES)), set(item["raises"])
    returns = bool(found.of_kind(SectionKind.RETURNS))
    shown = bool(record["output"])
    return {
        "documented": (int(shown), 1),
        "parameters named": (len(named & true), len(true)),
        "parameters invented": (len(named - true), len(named)),
        "raises right": (int(shown and raised == raises), 1),
        "exceptions named": (len(raised & raises), len(raises)),
        "returns right": (int(shown and returns == item["returns_value"]), 1),
        "style clean": (int(shown and not style_problems(record["file"])), 1),
    }


def style_problems(file: str) -> list[str]:
    """Return the pydocstyle rules that a file breaks, once for each place."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "documented.py"
        found = lint_python(file, filename=place, cwd=place.parent, select=STYLE_RULES)
    return [finding.rule for finding in found if finding.rule not in OTHER_CONVENTIONS]


def _bare(argument: str) -> str:
    return argument.lstrip("*")


KIND = Kind(
    needs=("code", "name", "args", "raises", "returns_value"),
    ours=ours,
    bare=bare,
    score=score,
)
