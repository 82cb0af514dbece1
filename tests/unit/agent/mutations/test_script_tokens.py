"""Each kind of change to a JavaScript function, and that nothing else is changed."""

from pathlib import PurePosixPath

import pytest

from agent.mutations.mutants import made_by
from agent.mutations.script_tokens import script_edits
from agent.sources import Source
from codegen_lsp.document.text import Document
from codegen_lsp.syntax.tree import parse

HEAD, FOOT = "// é\nconst a = 1;\n", "\nmodule.exports = f;\n"

CASES = {
    "<= for <": ("if (x < y) { return x; }", "if (x <= y) { return x; }"),
    "- for +": ("return x + y;", "return x - y;"),
    "|| for &&": ("return x && y;", "return x || y;"),
    "-= for +=": ("x += y;", "x -= y;"),
    "= for +=": ("x += y;", "x = y;"),
    "-- for ++": ("x++;", "x--;"),
    "false for true": ("return true;", "return false;"),
    "max for min": ("return Math.min(x, y);", "return Math.max(x, y);"),
    "another number": ("return x[3];", "return x[2];"),
    "off by one": ("return x[y];", "return x[y - 1];"),
    "another variable": ("return y(x);", "return y(y);"),
    "an operand left out": ("return x * 2 + 1;", "return x * 2;"),
    "operands swapped": ("return x - y;", "return y - x;"),
    "a condition turned round": ("if (x) { y(); }", "if (!(x)) { y(); }"),
    "a statement left out": ("y();\n  return x;", "\n  return x;"),
}


def written(body: str) -> str:
    return f"{HEAD}function f(x, y) {{\n  {body}\n}}{FOOT}"


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_one_change(before: str, after: str, request: pytest.FixtureRequest) -> None:
    source = Source(PurePosixPath("f.js"), Document(written(before), "javascript"))
    target = source.named("f")
    assert target is not None
    made = made_by(script_edits(source, target), source, target, {})
    what = {mutant.text: mutant.what for mutant in made}
    assert what.get(written(after)) == request.node.callspec.id


@pytest.mark.parametrize(("before", "_"), CASES.values(), ids=CASES)
def test_all_changes_parse_differ_and_leave_the_rest(before: str, _: str) -> None:
    text = written(before)
    source = Source(PurePosixPath("f.js"), Document(text, "javascript"))
    target = source.named("f")
    assert target is not None
    made = made_by(script_edits(source, target), source, target, {})
    assert len({mutant.text for mutant in made} | {text}) == len(made) + 1
    for mutant in made:
        assert mutant.text.startswith(HEAD)
        assert mutant.text.endswith(FOOT)
        assert not parse(mutant.text, "javascript").has_error
