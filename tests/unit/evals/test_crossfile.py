"""The arms of a cross-file item, and what each of them may see."""

from pathlib import Path

import pytest

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt
from tests.evals import crossfile
from tests.evals.kind import Parts
from tests.evals.packages import cache_folder

ITEM = {
    "id": "p-1/p/a.py:3:11",
    "package": "p-1",
    "path": "p/a.py",
    "prompt": "from p.b import halved\n\nvalue = halved(",
    "suffix": "\nprint(value)\n",
    "canonical_solution": "4, strict=True)",
    "definition": "def halved(value, *, strict):\n    return value / 2\n",
}


def test_the_bare_model_sees_the_definition_in_one_arm_only() -> None:
    backend = ScriptedBackend([ScriptedAnswer("4)"), ScriptedAnswer("4, strict=True)")])
    answer = crossfile.bare(ITEM, Parts(InProcessModel(backend), Settings()))
    without, with_it = (request.prompt for request in backend.requests)
    assert without == FimPrompt(ITEM["prompt"], ITEM["suffix"])
    assert with_it == FimPrompt(f"{ITEM['definition']}\n\n{ITEM['prompt']}", ITEM["suffix"])
    assert crossfile.score(ITEM, answer.more) == {
        "none: exact match": (0, 1),
        "definition: exact match": (1, 1),
        "none: all names": (0, 1),
        "definition: all names": (1, 1),
    }


def test_what_follows_the_line_does_not_count() -> None:
    arms = {"arms": {"ours": "4, strict=True)\nmore"}}
    assert crossfile.score(ITEM, arms) == {
        "ours: exact match": (1, 1),
        "ours: all names": (1, 1),
    }


def test_the_share_of_the_gain_is_between_none_and_definition() -> None:
    def scores(none: int, ours: int, definition: int) -> dict[str, tuple[int, int]]:
        values = zip(crossfile.ARMS, (none, ours, definition), strict=True)
        return {f"{arm}: exact match": (value, 1) for arm, value in values}

    assert crossfile.remarks([scores(0, 1, 1), scores(0, 0, 1)]) == [
        "recovered share, exact match: 50 %"
    ]
    assert crossfile.remarks([scores(1, 1, 1)]) == []


def test_the_workspace_does_not_hold_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole is in the file on the disk as well; the cached package stays as it was."""
    whole = ITEM["prompt"] + ITEM["canonical_solution"] + ITEM["suffix"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cached = cache_folder() / "p-1" / "p" / "a.py"
    cached.parent.mkdir(parents=True)
    cached.write_text(whole)
    with crossfile.workspace(ITEM) as file:
        assert file.read_text() == ITEM["prompt"] + ITEM["suffix"]
        assert file.parts[-2:] == ("p", "a.py")
    assert cached.read_text() == whole
    assert not file.exists()
