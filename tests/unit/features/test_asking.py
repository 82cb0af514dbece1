"""What the model is asked at places drawn as ¦, and what is taken off its answer."""

import pytest

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document
from codegen_lsp.features.asking import Question, question_for
from codegen_lsp.model.budget import LONGEST, budget_for
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt


def asked(text: str, *, by_hand: bool = False) -> Question:
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, "python")
    model = InProcessModel(ScriptedBackend([]))
    position = document.position(len(prefix))
    return question_for(document, position, model, CompletionSettings(), None, by_hand=by_hand)


@pytest.mark.parametrize(
    ("text", "before", "indent"),
    [
        ("def f():\n    ¦\n", "def f():\n", "    "),
        ("def f():\n\t¦\n", "def f():\n", "\t"),
        ("def f():\r\n    ¦\r\n", "def f():\n", "    "),
        ("    ¦", "", "    "),
        ("x = ¦\n", "x = ", ""),
        ("    ¦x = 1\n", "    ", ""),
        ("¦", "", ""),
    ],
)
def test_a_blank_line_is_asked_about_from_its_start(text: str, before: str, indent: str) -> None:
    question = asked(text)
    assert isinstance(question.request.prompt, FimPrompt)
    assert (question.request.prompt.prefix, question.indent) == (before, indent)
    assert question.before == before


def test_by_hand_more_may_be_written() -> None:
    budget = budget_for(None, CompletionSettings().target_ms)
    assert asked("¦").request.max_tokens == budget.max_tokens
    assert asked("¦", by_hand=True).request.max_tokens == LONGEST
