"""``codegen fix`` with a real small model: whatever it can do, what it says must be true."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(580)]

MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"

CODE = '''\
def count_vowels(text):
    """Return how many vowels there are in ``text``, in either case."""
    count = 0
    for letter in text:
        if letter in "aeiou":
            count += 1
    return count


def shout(text):
    return text.upper() + "!"
'''
TEST = """\
from words import count_vowels, shout


def test_lower_case():
    assert count_vowels("banana") == 3


def test_upper_case():
    assert count_vowels("APPLE") == 2


def test_shout():
    assert shout("hey") == "HEY!"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a bug that the smallest model may or may not mend."""
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "words.py").write_text(CODE)
    (folder / "test_words.py").write_text(TEST)
    (folder / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@localhost")
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_it_says_is_true(project: Path, tmp_path: Path) -> None:
    """A fix it certifies is one when tested again; otherwise it says no and shows nothing."""
    before = state_of(project)
    limits = ["--max-tries", "6", "--max-seconds", "240", "--format", "json", "--model", MODEL]
    done = subprocess.run(
        [sys.executable, "-m", "codegen_lsp.cli.main", "fix", str(project), *limits],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert state_of(project) == before, done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["outcome"] == "fixed" else 1)
    cost = report["cost"]
    assert cost["answers"] >= 1
    assert cost["tries"] <= cost["answers"] + cost["mutants"]
    assert cost["tokens_written"] > 0
    refused = [each["number"] for each in report["fallen"] if each["stage"] == "answer"]
    assert refused == sorted(set(refused))
    assert all(1 <= number <= cost["answers"] for number in refused)
    if report["outcome"] == "no_fix":
        assert report["diff"] == ""
        return
    certificate = report["certificate"]
    assert certificate["fixed"] == ["test_words.py::test_upper_case"]
    assert certificate["totals_after"] == {"passed": 3}
    subprocess.run(["git", "apply", "-"], cwd=project, input=report["diff"], text=True, check=True)
    subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, check=True)
    changed = {name for name, data in state_of(project).items() if before.get(name) != data}
    assert {Path(name).name for name in changed if "cache" not in name} == {"words.py"}
