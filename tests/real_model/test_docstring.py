"""Docstrings by the small model: facts that hold whatever it says."""

import ast
import json
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from codegen_lsp.document.diff import unified_diff
from codegen_lsp.document.docstring import SectionKind, Style
from codegen_lsp.document.text import Document
from codegen_lsp.features.docstring import Written, documented_text, write_docstrings
from codegen_lsp.features.docstring_targets import DocstringOptions, read_file, targets
from codegen_lsp.filters.drop_changed_code import drop_changed_code
from codegen_lsp.model.backend import FinishReason, GenerationRequest, Model, collect
from codegen_lsp.prompt.docstring_answer import (
    SUMMARY_CODE_POINTS,
    TEXT_CODE_POINTS,
    Wanted,
    answer_grammar,
    read_answer,
)
from codegen_lsp.prompt.prompt import ChatPrompt, Message

pytestmark = pytest.mark.real_model

ROUTES = '''\
"""Routes between stations of a railway."""

from collections.abc import Iterator


class NoRoute(LookupError):
    pass


class Network:
    def __init__(self, lines, *, change_minutes: int = 4):
        self.lines = lines
        self.change_minutes = change_minutes

    def neighbours(self, station: str) -> Iterator[tuple[str, int]]:

        for line in self.lines:
            if station in line.minutes:
                yield line.next(station), line.minutes[station]

    def route(self, start: str, /, end: str, *via: str, latest=None, **options) -> list[str]:
        if start == end:
            raise ValueError("nothing to travel")
        found = self._search(start, end, via, latest, options)
        if found is None:
            raise NoRoute(f"{start} to {end}")
        return found

    async def watch(self, callback) -> None:
        # Runs until it is cancelled.
        while True:
            await callback(self)

    @property
    def stations(self) -> set[str]: return {name for line in self.lines for name in line.minutes}

    def close(self, station, reason=""):
        """Take a station out of all lines.

        Args:
            station: Its name.
            until: When it opens again.
        """
        for line in self.lines:
            line.minutes.pop(station, None)
        self.log(station, reason)
'''


@pytest.mark.parametrize("style", get_args(Style))
def test_each_docstring_names_exactly_the_parameters_and_the_code_is_unchanged(
    model: Model, style: Style, tmp_path: Path
) -> None:
    document = Document(ROUTES, "python", tmp_path / "routes.py")
    wanted = targets(read_file(document))
    outcomes = list(write_docstrings(document, model, options=DocstringOptions(style=style)))
    assert [outcome.target.number for outcome in outcomes] == [target.number for target in wanted]
    written = {outcome.target.number for outcome in outcomes if isinstance(outcome, Written)}
    assert len(written) >= len(wanted) // 2
    after = documented_text(document, outcomes)
    assert drop_changed_code(ROUTES, after) == after
    found = read_file(document.with_text(after))
    for number in written:
        signature, outline = found.signatures[number], found.outlines[number]
        assert outline is not None
        assert outline.summary.endswith(".")
        names = [parameter.name for parameter in signature.parameters]
        assert outline.names(SectionKind.PARAMETERS) == names
        assert outline.names(SectionKind.RAISES) == list(signature.facts.raises)
    _applies(unified_diff(ROUTES, after, "routes.py"), after, tmp_path)


def _applies(patch: str, after: str, folder: Path) -> None:
    file = folder / "routes.py"
    file.write_text(ROUTES)
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=folder, check=True)
    assert file.read_text() == after
    ast.parse(file.read_text())


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(summary=True, of_class=True),
        Wanted(parameters=("größe", "x"), raises=("m.Error",), ascii_only=False),
        Wanted(summary=True, parameters=("a", "b", "c"), returns=True, yields=True, raises=("E",)),
    ],
)
def test_the_grammar_allows_nothing_but_the_form(model: Model, wanted: Wanted) -> None:
    """Asked for something else entirely, the model still answers in the form, within its bounds."""
    prompt = ChatPrompt((Message("user", 'Write a poem in JSON with a list, {"a": [1, 2]}.'),))
    request = GenerationRequest(prompt, max_tokens=600, grammar=answer_grammar(wanted))
    answer = collect(model, request)
    assert answer.finished.reason is FinishReason.END
    read = read_answer(answer.text, wanted)
    assert read is not None
    members = ("summary", "parameters", "returns", "yields", "raises")
    assert [*json.loads(answer.text)] == [name for name in members if getattr(wanted, name)]
    assert tuple(read.parameters) == wanted.parameters
    assert tuple(read.raises) == wanted.raises
    if read.summary is not None:
        assert len(read.summary) <= SUMMARY_CODE_POINTS + 2
        assert read.summary[0].isupper()
    texts = [*read.parameters.values(), *read.raises.values(), read.returns, read.yields]
    assert all(len(text) <= TEXT_CODE_POINTS for text in texts if text is not None)
    assert all(text.startswith("If ") for text in read.raises.values())
