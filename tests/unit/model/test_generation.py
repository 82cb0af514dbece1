import threading

import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, EngineDied
from codegen_lsp.model.backend import Finished, FinishReason, Piece, Priority
from codegen_lsp.model.generation import Generation

WAIT_SECONDS = 5


class Producer:
    """Hears what is asked of whoever produces the pieces."""

    def __init__(self) -> None:
        self.cancels = 0
        self.priorities: list[Priority] = []
        self.generation = Generation(cancel=self._cancel, prioritise=self.priorities.append)

    def _cancel(self) -> None:
        self.cancels += 1


@pytest.fixture
def producer() -> Producer:
    return Producer()


def texts(generation: Generation) -> list[str]:
    return [step.text for step in generation.follow() if isinstance(step, Piece)]


def test_whoever_comes_late_gets_everything(producer: Producer) -> None:
    generation = producer.generation
    for step in (Piece("a"), Piece("b"), Finished(FinishReason.END)):
        generation.put(step)
    assert list(generation.follow()) == [Piece("a"), Piece("b"), Finished(FinishReason.END)]
    assert texts(generation) == ["a", "b"], "and again"


def test_pieces_are_passed_on_while_more_are_to_come(producer: Producer) -> None:
    generation = producer.generation
    generation.put(Piece("a"))
    steps = generation.follow()
    assert next(steps) == Piece("a")
    assert generation.end is None
    threading.Timer(0.05, generation.put, [Piece("b")]).start()
    assert next(steps) == Piece("b")
    assert generation.text == "ab"


def test_several_may_follow_at_once(producer: Producer) -> None:
    heard: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: heard.append(texts(producer.generation))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    written = [str(number) for number in range(200)]
    for word in written:
        producer.generation.put(Piece(word))
    producer.generation.put(Finished(FinishReason.END))
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert heard == [written] * 6


def test_nothing_comes_after_the_end(producer: Producer) -> None:
    generation = producer.generation
    generation.put(Finished(FinishReason.STOP))
    generation.put(Piece("late"))
    generation.put(EngineDied("late"))
    assert generation.text == ""
    assert list(generation.follow()) == [Finished(FinishReason.STOP)]


def test_an_error_is_raised_to_each_follower_after_the_text(producer: Producer) -> None:
    producer.generation.put(Piece("a"))
    producer.generation.put(EngineDied("gone"))
    for _ in range(2):
        steps = producer.generation.follow()
        assert next(steps) == Piece("a")
        with pytest.raises(EngineDied, match="gone"):
            next(steps)


def test_a_follower_that_is_cancelled_leaves_the_generation_alone(producer: Producer) -> None:
    cancellation = Cancellation()
    steps = producer.generation.follow(cancellation)
    threading.Timer(0.05, cancellation.cancel).start()
    with pytest.raises(Cancelled):
        next(steps)
    assert producer.cancels == 0
    producer.generation.put(Piece("a"))
    producer.generation.put(Finished(FinishReason.END))
    assert texts(producer.generation) == ["a"]


def test_a_follower_that_was_cancelled_before_gets_nothing(producer: Producer) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    producer.generation.put(Piece("a"))
    with pytest.raises(Cancelled):
        next(producer.generation.follow(cancellation))


def test_cancelling_reaches_the_producer_once_and_ends_all_following(producer: Producer) -> None:
    generation = producer.generation
    generation.put(Piece("a"))
    generation.cancel()
    generation.cancel()
    assert producer.cancels == 1
    assert list(generation.follow()) == [Piece("a"), Finished(FinishReason.CANCELLED)]


def test_what_has_ended_is_neither_cancelled_nor_put_before_other_work(producer: Producer) -> None:
    generation = producer.generation
    generation.prioritise(Priority.AGENT)
    generation.put(Finished(FinishReason.END))
    generation.prioritise(Priority.IDLE)
    generation.cancel()
    assert producer.priorities == [Priority.AGENT]
    assert producer.cancels == 0
    assert generation.end == Finished(FinishReason.END)


def test_the_text_is_that_of_the_first_sample(producer: Producer) -> None:
    for step in (Piece("a"), Piece("x", sample=1), Piece("b")):
        producer.generation.put(step)
    assert producer.generation.text == "ab"
