"""When what is told changes, and that nobody waits for it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document, Position
from codegen_lsp.features.completion import Knowledge, complete
from codegen_lsp.features.project_context import Contexts, context_for
from codegen_lsp.model.backend import GenerationRequest
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.project.project import Project
from codegen_lsp.prompt.prompt import FimPrompt, PromptFile

TEXT = """\
from shop import discount

def pay(price):
    x = 1

def refund(price):
    return 1
"""
IN_PAY, IN_REFUND = Position(3, 4), Position(6, 4)
TOLD = PromptFile("shop.py", "def discount(price, *, percent): ...")


class Desk:
    """A document in a small project, and a model with scripted answers."""

    def __init__(self, folder: Path, project: Project) -> None:
        self.project = project
        self.document = Document(TEXT, "python", folder / "a.py")
        self.backend = ScriptedBackend([ScriptedAnswer("2")], repeat=True)
        self.drafts = Drafts(InProcessModel(self.backend))
        self.contexts = Contexts()
        self.settings = CompletionSettings()

    def reconsider(self, position: Position) -> bool:
        return self.contexts.reconsider(
            "a.py",
            self.document,
            position,
            project=self.project,
            drafts=self.drafts,
            settings=self.settings,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    root = tmp_path / "project"
    root.mkdir()
    (root / "shop.py").write_text("def discount(price, *, percent):\n    return price\n")
    with closing(Project(root, tmp_path / "cache")) as project:
        yield Desk(root, project)


def test_what_is_told_was_read_by_the_model_before(desk: Desk) -> None:
    assert desk.contexts.told("a.py") is None
    assert desk.reconsider(IN_PAY)
    [request] = desk.backend.requests
    assert request.max_tokens == 0
    assert isinstance(request.prompt, FimPrompt)
    assert request.prompt.files == (TOLD,)
    told = desk.contexts.told("a.py")
    assert told is not None
    assert (told.path, [chunk.text for chunk in told.chunks]) == ("a.py", [TOLD.text])


def test_a_completion_tells_it_in_front_of_the_window(desk: Desk) -> None:
    desk.reconsider(IN_PAY)
    complete(
        desk.document,
        IN_PAY,
        drafts=desk.drafts,
        settings=desk.settings,
        knowledge=Knowledge(context=desk.contexts.told("a.py")),
    )
    prompt = desk.backend.requests[-1].prompt
    assert isinstance(prompt, FimPrompt)
    assert (prompt.files, prompt.path) == ((TOLD,), "a.py")


def test_within_a_definition_nothing_is_chosen_anew(desk: Desk) -> None:
    desk.reconsider(IN_PAY)
    before = desk.contexts.told("a.py")
    (desk.project.root / "shop.py").write_text("def discount(other): pass\n")
    assert desk.reconsider(Position(3, 6))
    assert desk.contexts.told("a.py") is before
    assert len(desk.backend.requests) == 1


def test_in_another_definition_what_stays_the_same_is_not_read_again(desk: Desk) -> None:
    desk.reconsider(IN_PAY)
    desk.reconsider(IN_REFUND)
    told = desk.contexts.told("a.py")
    assert told is not None
    assert told.chosen_for[0] == "refund"
    assert len(desk.backend.requests) == 1


def test_when_the_model_is_busy_it_is_tried_later(desk: Desk) -> None:
    desk.backend = ScriptedBackend([ScriptedAnswer("2", token_ms=600_000)])
    desk.drafts = Drafts(InProcessModel(desk.backend))
    running = GenerationRequest(FimPrompt("x = ", ""), max_tokens=9, supersedes="a.py")
    draft = desk.drafts.draft(running)
    assert not desk.reconsider(IN_PAY)
    assert desk.contexts.told("a.py") is None
    draft.end()


def test_it_can_be_switched_off_and_bounded(desk: Desk) -> None:
    for tokens in (-1, 5):
        told = context_for(
            desk.document,
            IN_PAY,
            project=desk.project,
            settings=CompletionSettings(context_tokens=tokens),
            speed=None,
        )
        assert told is None or told.chunks == ()


def test_an_untitled_buffer_is_told_nothing(desk: Desk) -> None:
    untitled = Document(TEXT, "python")
    told = context_for(untitled, IN_PAY, project=desk.project, settings=desk.settings, speed=None)
    assert told is None


def test_a_closed_document_is_forgotten(desk: Desk) -> None:
    desk.reconsider(IN_PAY)
    desk.contexts.forget("a.py")
    assert desk.contexts.told("a.py") is None


def test_behind_the_name_of_an_import_it_is_chosen_anew(desk: Desk) -> None:
    before = "import shop\n" + "y = 1\n" * 400 + "\ndef pay(price):\n    "
    position = Position(403, 4)
    desk.document = replace(desk.document, text=f"{before}\n")
    assert desk.reconsider(position)
    first = desk.contexts.told("a.py")
    assert first is not None
    assert not first.chunks
    desk.document = replace(desk.document, text=f"{before}shop.\n")
    assert desk.reconsider(Position(403, 9))
    second = desk.contexts.told("a.py")
    assert second is not None
    assert [chunk.text for chunk in second.chunks] == ["# shop: discount"]
