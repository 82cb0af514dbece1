import pytest

from codegen_lsp.errors import CodegenError, DownloadFailed, EngineDied, UsageError
from codegen_lsp.model import wire
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Priority,
    Sampling,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Message

REQUESTS = [
    GenerationRequest(FimPrompt("a\n\u2028", "é𝛼"), 5),
    GenerationRequest(
        ChatPrompt((Message("system", "s"), Message("user", "u")), "{"),
        9,
        sampling=Sampling(0.5, 0.9, 7),
        stop=("```",),
        grammar="root ::= [a-z]",
        priority=Priority.AGENT,
        supersedes="x",
        siblings=(Sampling(0.8, 0.95, 1), Sampling(0.8, 0.95, 2)),
    ),
    GenerationRequest(FimPrompt("", ""), 1, priority=Priority.IDLE),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_request_survives_the_wire_in_one_line(request_: GenerationRequest) -> None:
    text = wire.line({"generate": wire.pack(request_)})
    assert text.count(b"\n") == 1
    assert wire.request_from(wire.parse(text)["generate"]) == request_


def test_answers_survive_the_wire() -> None:
    piece, end = Piece("x\n", -0.5), Finished(FinishReason.STOP, 1, 2, 3, 4.5)
    description = ModelDescription("m", 9, True, False, (("a", "b"),))
    assert wire.piece_from(wire.parse(wire.line(wire.pack(piece)))) == piece
    assert wire.finished_from(wire.parse(wire.line(wire.pack(end)))) == end
    assert wire.description_from(wire.parse(wire.line(wire.pack(description)))) == description


def test_the_answers_of_several_samples_survive_the_wire() -> None:
    piece = Piece("x", -0.5, sample=3)
    end = Finished(FinishReason.STOP, sibling_reasons=(FinishReason.LENGTH, FinishReason.END))
    assert wire.piece_from(wire.parse(wire.line(wire.pack(piece)))) == piece
    arrived = wire.finished_from(wire.parse(wire.line(wire.pack(end))))
    assert arrived == end
    assert all(isinstance(reason, FinishReason) for reason in arrived.sibling_reasons)


def test_counters_and_speeds_survive_the_wire() -> None:
    counters, speed = Counters(1, 2, 3), Speed(reading=105.5, token_ms=33.25, move_ms=1.5)
    assert wire.counters_from(wire.parse(wire.line(wire.pack(counters)))) == counters
    assert wire.speed_from(wire.parse(wire.line(wire.pack(speed)))) == speed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UsageError("m", advice="a"), UsageError),
        (EngineDied("m"), EngineDied),
        (DownloadFailed("m"), CodegenError),
    ],
)
def test_errors_keep_their_words(error: CodegenError, kind: type[CodegenError]) -> None:
    arrived = wire.error_from(wire.parse(wire.line(wire.pack_error(error))))
    assert isinstance(arrived, kind)
    assert str(arrived) == str(error)
