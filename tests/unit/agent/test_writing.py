"""Several answers side by side: which of them are whole, also when time is over in between."""

from collections.abc import Generator

from agent.writing import Draft, Written, write
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Finished, FinishReason, GenerationRequest, Piece, Sampling
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import ChatPrompt

SIBLINGS = (Sampling(0.6, seed=1), Sampling(0.8, seed=2))


def request(max_tokens: int = 20) -> GenerationRequest:
    return GenerationRequest(ChatPrompt(()), max_tokens, siblings=SIBLINGS)


class SideBySide(ScriptedBackend):
    """Gives one word of each answer in turn, as the engine does."""

    def generate(
        self, request: GenerationRequest
    ) -> Generator[Piece | Finished | None, None, None]:
        steps = list(super().generate(request))
        pieces = [step for step in steps if isinstance(step, Piece)]
        samples = [[piece for piece in pieces if piece.sample == at] for at in range(3)]
        for at in range(max(map(len, samples))):
            yield from (sample[at] for sample in samples if at < len(sample))
        yield steps[-1]


class Ended(ScriptedBackend):
    """Writes nothing; its samples end for these reasons."""

    def __init__(self, reasons: list[FinishReason]) -> None:
        super().__init__([])
        self._reasons = reasons

    def generate(self, request: GenerationRequest) -> Generator[Finished, None, None]:
        self.requests.append(request)
        yield Finished(self._reasons[0], sibling_reasons=tuple(self._reasons[1:]))


def written_by(backend: ScriptedBackend, *, words: int = 1000, max_tokens: int = 20) -> Written:
    """Write until so many words are there."""
    seen = iter(range(1, words))
    return write(
        InProcessModel(backend),
        request(max_tokens),
        Cancellation(),
        lambda: next(seen, None) is None,
    )


def answers(*texts: str) -> list[ScriptedAnswer]:
    return [ScriptedAnswer(text) for text in texts]


def test_all_answers_come_to_their_ends() -> None:
    written = written_by(SideBySide(answers("one", "two more", "and a third")))
    assert written.drafts == (Draft("one"), Draft("two more"), Draft("and a third"))
    assert written.tokens_written == 6


def test_answer_with_too_many_tokens_is_cut() -> None:
    written = written_by(SideBySide(answers("a b c d", "a b", "a b c")), max_tokens=3)
    assert written.drafts == (Draft("a b c", cut=True), Draft("a b"), Draft("a b c"))


def test_what_has_ended_before_the_time_is_over_is_whole() -> None:
    """Nobody says so: but it gets nothing more while the others go on."""
    backend = SideBySide(answers("a b", "a b c d e f g h", "a b c d e f g h"))
    written = written_by(backend, words=9)
    assert written.drafts == (Draft("a b"), Draft("a b c d", cut=True), Draft("a b c", cut=True))
    assert written.tokens_written == 9


def test_what_has_just_got_a_word_may_go_on() -> None:
    backend = SideBySide(answers("a b c", "a b c d e f g h", "a b c d e f g h"))
    written = written_by(backend, words=8)
    assert [draft.cut for draft in written.drafts] == [True, True, True]


def test_answers_that_were_not_begun_are_cut() -> None:
    backend = ScriptedBackend(answers("a b c", "a b c d e f", "a b"))
    written = written_by(backend, words=8)
    assert written.drafts == (Draft("a b c"), Draft("a b c d e", cut=True), Draft("", cut=True))


def test_reasons_are_each_sample_s_own() -> None:
    """Whoever is cancelled or has no room left had more to say."""
    ends = [FinishReason.STOP, FinishReason.LENGTH, FinishReason.CANCELLED]
    written = written_by(Ended(ends))
    assert [draft.cut for draft in written.drafts] == [False, True, True]
