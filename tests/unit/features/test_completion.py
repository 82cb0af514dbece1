import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import Cancelled, InvalidPosition
from codegen_lsp.features.completion import Completion, Trigger, complete
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt


def drafts_of(backend: ScriptedBackend) -> Drafts:
    return Drafts(InProcessModel(backend))


def completed(
    text: str,
    *answers: str,
    trigger: Trigger = Trigger.INVOKED,
    max_tokens: int = 50,
    backend: ScriptedBackend | None = None,
) -> Completion:
    """Complete at the ¦ in ``text``, in Python, with these answers of the model."""
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, "python")
    return complete(
        document,
        document.position(len(prefix)),
        drafts=drafts_of(backend or ScriptedBackend([ScriptedAnswer(one) for one in answers])),
        settings=CompletionSettings(max_tokens=max_tokens),
        trigger=trigger,
    )


def test_a_sound_draft_is_shown_as_it_is() -> None:
    result = completed("def add(a, b):\n    return ¦\n", "a + b")
    assert (result.text, result.dropped) == ("a + b", None)


def test_the_model_sees_the_text_around_the_cursor() -> None:
    backend = ScriptedBackend([ScriptedAnswer("1")])
    completed("x = ¦\ny = 2\n", backend=backend)
    [request] = backend.requests
    assert request.prompt == FimPrompt("x = ", "\ny = 2\n")


def test_generation_ends_when_a_filter_says_so() -> None:
    """The model would go on for ever; only what was needed is generated."""
    backend = ScriptedBackend([ScriptedAnswer("y = x\n    return y\n" + "    z = 1\n" * 1000)])
    result = completed("def f(x):\n    ¦\n    return y\n", backend=backend, max_tokens=9999)
    assert result.text == "y = x"
    assert result.verdicts[0].filter == "stop_at_suffix"
    assert result.finished is None


def test_a_dropped_draft_says_why_and_which_filter_did_it() -> None:
    result = completed("x = 1¦\n", " 2 3")
    assert result.text == ""
    assert result.dropped == "every beginning of it adds a syntax problem"
    assert result.verdicts[-1].filter == "fix_syntax"
    assert result.verdicts[-1].after is None
    assert result.draft == " 2 3"


def test_half_a_line_at_the_length_limit_is_not_shown() -> None:
    result = completed("¦\n", "a = 1\nb = 2\nc = 3", max_tokens=5)
    assert result.text == "a = 1"


def test_the_text_to_insert_has_the_line_ends_of_the_document() -> None:
    result = completed("if x:\r\n    ¦\r\n", "y = 1\n    z = 2")
    assert result.text == "y = 1\r\n    z = 2"


def test_inside_a_word_nothing_is_suggested_while_typing() -> None:
    backend = ScriptedBackend([ScriptedAnswer("x")])
    result = completed("pri¦nt()\n", backend=backend, trigger=Trigger.AUTOMATIC)
    assert result.dropped == "the cursor is inside a word"
    assert backend.requests == []


def test_a_place_outside_the_document_is_an_error() -> None:
    with pytest.raises(InvalidPosition):
        complete(
            Document("x"),
            Position(5, 0),
            drafts=drafts_of(ScriptedBackend([])),
            settings=CompletionSettings(),
        )


def test_cancelling_ends_it() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        complete(
            Document("x"),
            Position(0, 0),
            drafts=drafts_of(ScriptedBackend([ScriptedAnswer("a b c")])),
            settings=CompletionSettings(),
            cancellation=cancellation,
        )
