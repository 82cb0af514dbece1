"""Completion by the small model: facts that hold whatever it says."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document
from codegen_lsp.features.completion import complete
from codegen_lsp.model.backend import Model
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse

pytestmark = pytest.mark.real_model

DATA = Path(os.environ.get("CODEGEN_BENCHMARKS", Path(__file__).parents[3] / "shared" / "data"))
INFILL = DATA / "humaneval_infill_randomlight.dev.jsonl"

OWN_PLACES = [
    ("python", "def mean(values):\n    total = sum(values)\n    return ¦\n"),
    ("python", "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def pu¦\n"),
    ("python", "import math\n\n\ndef area(radius):\n    ¦\n\n\nprint(area(2))\n"),
    ("javascript", "function sum(list) {\n  let total = 0;\n  ¦\n  return total;\n}\n"),
    ("typescript", "interface Point { x: number; y: number }\nconst origin: Point = ¦;\n"),
    ("go", "package sums\n\nfunc Add(a int, b int) int {\n\treturn ¦\n}\n"),
    (
        "rust",
        "fn largest(list: &[i32]) -> i32 {\n    let mut best = list[0];\n    ¦\n    best\n}\n",
    ),
    ("java", "class Sums {\n  static int add(int a, int b) {\n    return ¦;\n  }\n}\n"),
    ("c", "int add(int a, int b) {\n  return ¦;\n}\n"),
    ("cpp", "#include <vector>\nint count(std::vector<int> v) {\n  return ¦;\n}\n"),
]


@pytest.mark.parametrize(("language", "text"), OWN_PLACES)
def test_no_suggestion_adds_a_syntax_problem(model: Model, language: str, text: str) -> None:
    prefix, suffix = text.split("¦")
    assert_sound(model, prefix, suffix, language)


@pytest.mark.skipif(not INFILL.exists(), reason="the benchmark data is not here")
@pytest.mark.timeout(900)
def test_no_suggestion_for_a_random_span_adds_a_syntax_problem(model: Model) -> None:
    """The first 10 items; checked with the interpreter's parser and with tree-sitter."""
    lines = INFILL.read_text("utf-8").splitlines()[:10]
    assert len(lines) == 10
    shown = [
        assert_sound(model, item["prompt"], item["suffix"], "python")
        for item in map(json.loads, lines)
    ]
    assert sum(map(bool, shown)) >= 5, "most places get a suggestion"


def assert_sound(model: Model, prefix: str, suffix: str, language: str) -> str:
    """Complete, assert that the buffer is no worse than before, and return the text."""
    document = Document(prefix + suffix, language)
    position = document.position(len(prefix))
    text = complete(
        document, position, drafts=Drafts(model), settings=CompletionSettings(max_tokens=48)
    ).text
    before, after = prefix + suffix, prefix + text + suffix
    problems = problems_of(parse(after, language))
    assert problems.count <= problems_of(parse(before, language)).count, text
    if language == "python" and parses_as_python(before):
        assert parses_as_python(after), text
    return text


def parses_as_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_the_command_completes_a_file(small_model: Path, tmp_path: Path) -> None:
    """Whatever is printed can be inserted at the place."""
    file = tmp_path / "sums.py"
    file.write_text("def add(a, b):\n    return \n", "utf-8")
    done = subprocess.run(
        [
            Path(sys.executable).parent / "codegen",
            "complete",
            f"{file}:2:12",
            "--model",
            small_model,
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert parses_as_python(f"def add(a, b):\n    return {result['text']}\n")
