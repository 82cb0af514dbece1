"""JavaScript: found by names and stacks, rewritten by its syntax, tested by node."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from shutil import which

import pytest

from agent.answer import Answer, find_function
from agent.report import Outcome, Stage
from agent.rewrite import normalised, rewritten
from agent.sources import Source
from codegen_lsp.document.text import Document

from .conftest import RunFix

MakeProject = Callable[..., Path]

CODE = """\
// Sums.
const double = (number) => number * 2;

export const total = (numbers) => {
  let result = 1; // the start
  for (const number of numbers) {
    result += number;
  }
  return result;
};
"""
RIGHT = "const total = (numbers) => {\n  return numbers.reduce((a, b) => a + b, 0);\n}\n"


def source_of(text: str) -> Source:
    return Source(PurePosixPath("calc.js"), Document(text, "javascript"))


def test_only_the_function_is_replaced_and_stays_exported() -> None:
    source = source_of(CODE)
    target = source.named("total")
    assert target is not None
    rewrite = rewritten(source, target, Answer(RIGHT.rstrip()))
    head = CODE[: CODE.index("export")]
    assert rewrite.text == f"{head}export {RIGHT.rstrip()};\n"


def test_method_keeps_its_indentation_and_line_ends() -> None:
    source = source_of("class Sums {\r\n  total(n) {\r\n    return 1;\r\n  }\r\n}\r\n")
    target = source.named("Sums.total")
    assert target is not None
    rewrite = rewritten(source, target, Answer("total(n) {\n  return n;\n}"))
    assert rewrite.text == "class Sums {\r\n  total(n) {\r\n    return n;\r\n  }\r\n}\r\n"


@pytest.mark.parametrize(
    "other",
    [
        "const f = (a) => { return a + 1; }",
        "const f = (a) => {\n  // one more\n  return a + 1\n};",
        "const f = (a) => {\n  return a + /* one */ 1;\n}",
    ],
)
def test_layout_and_comments_make_no_difference(other: str) -> None:
    one = "const f = (a) => {\n  return a + 1;\n};"
    assert normalised(other, language="javascript") == normalised(one, language="javascript")


def test_answer_is_found_in_prose_and_must_parse() -> None:
    text = f"The start is wrong.\n```javascript\n{RIGHT}```\n"
    found = find_function(text, "total", language="javascript")
    assert found == Answer(RIGHT.rstrip())
    broken = "```javascript\nconst total = (numbers) => {\n  return numbers.(;\n}\n```"
    assert not isinstance(find_function(broken, "total", language="javascript"), Answer)


@pytest.mark.skipif(which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("command", ["node tests/total.test.js", "node --test tests/"])
def test_from_end_to_end(make_project: MakeProject, run_fix: RunFix, command: str) -> None:
    code = CODE.replace("export ", "") + "module.exports = { double, total };\n"
    test = (
        'const assert = require("node:assert");\n'
        'const { total } = require("../calc.js");\n'
        "assert.strictEqual(total([1, 2, 3]), 6);\n"
    )
    project = make_project({"calc.js": code, "tests/total.test.js": test})
    broken = RIGHT.replace("0)", "0")
    wrong = RIGHT.replace("0)", "2)")
    report = run_fix(project, broken, wrong, RIGHT, test=command)
    assert report.outcome is Outcome.FIXED
    assert "numbers.reduce((a, b) => a + b, 0)" in report.changes[0].after
    assert [each.stage for each in report.fallen][:2] == [Stage.ANSWER, Stage.FAILING_TESTS]
