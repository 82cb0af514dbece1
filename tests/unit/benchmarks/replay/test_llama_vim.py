"""The peer's protocol: when it asks, what it keeps, what it shows."""

import random

from tests.benchmarks.replay.llama_vim import LlamaVim
from tests.benchmarks.replay.place import Place, place_at
from tests.benchmarks.replay.vim_context import local_context, shown
from tests.benchmarks.replay.vim_ring import Ring, similarity


def _place(picture: str) -> Place:
    """Make a place from a text with the cursor drawn as ``|``."""
    return place_at("f.py", picture.replace("|", ""), picture.index("|"))


def _vim() -> LlamaVim:
    return LlamaVim(Ring(random.Random(0)), inserting=True)  # noqa: S311 - any will do


def _protocol_alone() -> LlamaVim:
    ring = Ring(random.Random(0))  # noqa: S311 - any will do
    return LlamaVim(ring, keeps_answers=False, inserting=True)


def _sent(vim: LlamaVim) -> list[tuple[str, int]]:
    """Return the middles of the requests put out so far, and how long each may generate."""
    return [(request.body["prompt"], request.body["t_max_predict_ms"]) for request in vim.outbox]


def test_a_key_is_asked_for_with_the_text_around_it() -> None:
    vim = _vim()
    vim.moved(_place("a = 1\nb = |\nc = 3\n"), now=0)
    [request] = vim.outbox
    assert request.body["input_prefix"] == "a = 1\n"
    assert request.body["prompt"] == "b = "
    assert request.body["input_suffix"] == "\nc = 3\n"
    assert request.body["n_predict"] == 128
    assert request.body["t_max_predict_ms"] == 250


def test_a_running_request_is_waited_for_and_tried_again_every_100_ms() -> None:
    vim = _vim()
    vim.moved(_place("a|\n"), now=0)
    vim.moved(_place("ab|\n"), now=0.05)
    assert len(vim.outbox) == 1
    vim.tick(0.1)
    vim.tick(0.16)
    assert len(vim.outbox) == 1
    vim.answered(vim.outbox[0], "x", now=0.2)
    vim.tick(0.26)
    assert _sent(vim)[1] == ("ab", 250)


def test_an_answer_is_shown_and_what_would_follow_it_is_asked_for_100_ms_later() -> None:
    vim = _vim()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox[0], "1 + 2", now=1.0)
    assert vim.hint is not None
    assert vim.hint.text == "1 + 2"
    vim.tick(1.1)
    assert _sent(vim)[1] == ("b = 1 + 2", 1000)


def test_typing_along_an_answer_shows_its_rest_without_a_request_for_this_place() -> None:
    vim = _vim()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox[0], "1 + 2", now=1.0)
    vim.moved(_place("b = 1|\n"), now=1.05)
    assert vim.hint is not None
    assert vim.hint.text == " + 2"


def test_typing_something_else_shows_nothing() -> None:
    vim = _vim()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox[0], "1 + 2", now=1.0)
    vim.moved(_place("b = 7|\n"), now=1.05)
    assert vim.hint is None


def test_a_text_that_was_answered_is_not_asked_for_again() -> None:
    vim = _vim()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox[0], "", now=1.0)
    vim.outbox.clear()
    vim.moved(_place("b = |\n"), now=5.0)
    assert vim.hint is not None
    assert not vim.hint.acceptable
    assert vim.outbox == []


def test_more_than_eight_characters_right_of_the_cursor_are_not_completed() -> None:
    vim = _vim()
    vim.moved(_place("f(|123456789\n"), now=0)
    assert vim.outbox == []
    vim.moved(_place("f(|12345678\n"), now=0)
    assert len(vim.outbox) == 1


def test_an_error_is_passed_over_and_the_next_key_is_asked_for() -> None:
    vim = _vim()
    vim.moved(_place("a|\n"), now=0)
    vim.answered(vim.outbox[0], None, now=1.0)
    assert vim.hint is None
    assert vim.idle


def test_a_line_of_blanks_is_sent_without_them() -> None:
    context = local_context(_place("if a:\n    |\n"), [])
    assert (context.middle, context.indent) == ("", 0)


def test_after_an_accepted_answer_of_two_lines_its_last_line_is_the_middle() -> None:
    context = local_context(_place("if a|\n"), [" and b:", "    c()"])
    assert context.prefix == "if a and b:\n"
    assert context.middle == "    c()"


def test_an_answer_is_kept_also_for_a_window_that_has_moved_on_by_up_to_three_lines() -> None:
    before = "one\ntwo\nthree\nfour\nfive\n"
    keys = local_context(_place(f"{before}a|\n"), []).keys
    assert len(keys) == 4
    assert keys[3].startswith("four\n")


def test_blanks_that_stand_there_are_not_shown_again() -> None:
    assert shown("    b = 1\n", _place("if a:\n    |\n")) == ["b = 1"]


def test_an_answer_that_repeats_the_next_line_is_not_shown() -> None:
    assert shown("= 1", _place("b |\n\nb = 1\n")) == [""]
    assert shown("= 1\nc = 2\nd = 3", _place("b |\nb = 1\nc = 2\nd = 3\n")) == [""]
    assert shown("= 1\nc = 5", _place("b |\nb = 1\nc = 2\n")) == ["= 1", "c = 5"]


def test_a_similar_chunk_is_dropped_for_the_new_one() -> None:
    ring = Ring(random.Random(0))  # noqa: S311 - any will do
    old = [f"line {number}" for number in range(30)]
    ring.pick("x.py", ["a", "b", "c"], evict=True)
    ring.pick("f.py", old, evict=True)
    ring.pick("f.py", [*old[:-1], "changed"], evict=True)
    assert [chunk.lines[-1] for chunk in ring.queued] == ["c", "changed"]


def test_chunks_are_sent_one_at_a_time_when_the_user_rests() -> None:
    vim = _vim()
    vim.enter(_place("|a\nb\nc\n"))
    vim.moved(_place("a|\nb\nc\n"), now=10.0)
    vim.outbox.clear()
    vim.tick(12.0)
    assert vim.outbox == []
    vim.tick(13.5)
    assert [request.body["n_predict"] for request in vim.outbox] == [0]
    assert vim.outbox[0].body["input_extra"][0]["text"] == "a\nb\nc\n"


def test_without_kept_answers_typing_along_one_shows_nothing_and_asks_again() -> None:
    vim = _protocol_alone()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox.pop(), "1 + 2", now=1.0)
    assert vim.hint is not None
    assert vim.hint.text == "1 + 2"
    vim.moved(_place("b = 1|\n"), now=1.05)
    assert vim.hint is None
    assert _sent(vim) == [("b = 1", 250)]


def test_without_kept_answers_nothing_is_asked_ahead() -> None:
    vim = _protocol_alone()
    vim.moved(_place("b = |\n"), now=0)
    vim.answered(vim.outbox.pop(), "1 + 2", now=1.0)
    vim.tick(1.2)
    assert vim.idle
    assert vim.outbox == []


def test_a_key_that_is_passed_over_is_not_asked_for() -> None:
    vim = _protocol_alone()
    vim.passed(_place("b = |\n"), now=0)
    vim.tick(0.2)
    assert vim.outbox == []
    assert vim.hint is None


def test_a_hurried_user_has_nothing_sent_ahead() -> None:
    vim = _vim()
    vim.hurried = True
    vim.enter(_place("|a\nb\nc\n"))
    vim.moved(_place("a|\nb\nc\n"), now=10.0)
    vim.outbox.clear()
    vim.tick(20.0)
    assert vim.outbox == []


def test_without_a_ring_no_chunk_is_picked() -> None:
    ring = Ring(random.Random(0), limit=0)  # noqa: S311 - any will do
    ring.pick("f.py", ["a", "b", "c"], evict=True)
    assert ring.queued == []


def test_similarity_is_the_share_of_common_lines() -> None:
    assert similarity(["a", "b"], ["b", "c"]) == 0.5
