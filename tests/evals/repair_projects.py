"""The projects that repair items stand for: files, and what runs their tests.

QuixBugs items bring every file; HumanEvalFix items in Python bring a module and its tests; those in
JavaScript bring parts of a script, of which a project is made here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.evals.kind import Fields

HIDDEN = "tests/test_hidden.py"
"""Where the one hidden test file of an item goes."""

_PYPROJECT = '[tool.pytest.ini_options]\npythonpath = ["."]\ntestpaths = ["tests"]\n'
_SCRIPT = "tests/solution.test.js"
_RUN_CASES = """\
const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runInThisContext } = require("node:vm");

console.assert = (value) => assert.ok(value, "the asserted condition is false");
globalThis.require = require;
for (const name of ["../solution.js", "cases.js"]) {
  const filename = join(__dirname, name);
  runInThisContext(readFileSync(filename, "utf8"), { filename });
}
"""


@dataclass(frozen=True, slots=True)
class RepairProject:
    """Texts by path, and the program that runs the tests; None means pytest."""

    files: Mapping[str, str]
    command: tuple[str, ...] | None = None


def project_of(item: Fields) -> RepairProject:
    """Return the project of an item, whichever way it is given; raises KeyError if it is not."""
    if "files_tests_variant" in item:
        return RepairProject({"pyproject.toml": _PYPROJECT, **item["files_tests_variant"]})
    if item.get("language") == "js":
        files = {
            "solution.js": item["declaration"] + item["buggy_solution"],
            "tests/cases.js": item["test"],
            _SCRIPT: _RUN_CASES,
        }
        return RepairProject(files, ("node", _SCRIPT))
    return RepairProject(
        {
            "pyproject.toml": item["pyproject"],
            "conftest.py": item["conftest"],
            item["module"]: item["buggy"],
            item["test_file"]: item["test"],
            **item["extra_files"],
        }
    )


def hidden_tests(item: Fields) -> dict[str, str]:
    """Return an item's hidden tests by path; empty when it has none.

    ``hidden_test`` is the text of a test file, ``hidden_tests`` maps paths to texts.
    """
    if item.get("hidden_tests"):
        return dict(item["hidden_tests"])
    return {HIDDEN: item["hidden_test"]} if item.get("hidden_test") else {}
