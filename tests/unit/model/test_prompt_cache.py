from codegen_lsp.model.prompt_cache import (
    MAX_DRIFT,
    REREAD_TOKENS,
    SMALL_DRIFT,
    Cached,
    Drift,
    Move,
    Tail,
    TokenPrompt,
    common_prefix,
    plan,
)

PRE, SUF, MID = 1000, 1001, 1002
SUFFIX = list(range(500, 560))


def fim(prefix: list[int], suffix: list[int] = SUFFIX) -> TokenPrompt:
    start = len(prefix) + 2
    return TokenPrompt([PRE, *prefix, SUF, *suffix, MID], range(start, start + len(suffix)))


def cached(prompt: TokenPrompt, drift: Drift | None = None) -> Cached:
    assert prompt.suffix is not None
    tail = Tail(prompt.suffix.start, prompt.tokens[prompt.suffix.start : prompt.suffix.stop])
    return Cached([*prompt.tokens, 7, 7], tail, drift or Drift())


def test_a_keystroke_reads_its_token_and_two_markers() -> None:
    before, after = fim(list(range(100))), fim([*range(100), 300])
    steps = plan(cached(before), after)
    assert steps.reads == 3
    assert steps.move == Move(source=102, target=103, length=60)
    assert steps.drift == Drift(1, 1)


def test_a_deletion_moves_the_suffix_back() -> None:
    steps = plan(cached(fim(list(range(100)))), fim(list(range(90))))
    assert steps.move == Move(source=102, target=92, length=60)
    assert steps.reads == 2


def test_after_a_larger_move_the_suffix_begins_with_tokens_read_again() -> None:
    after = fim([*range(100), *range(300, 330)])
    steps = plan(cached(fim(list(range(100)))), after)
    assert steps.move == Move(102 + REREAD_TOKENS, 132 + REREAD_TOKENS, 60 - REREAD_TOKENS)


def test_the_head_of_a_suffix_is_read_again_once_in_a_while_only() -> None:
    """The keystroke after one that read the head again costs as little as any other."""
    prompt, after = fim(list(range(100))), fim([*range(100), 300])
    again = plan(cached(prompt, Drift(40, SMALL_DRIFT)), after)
    assert (again.reads, again.drift) == (3 + REREAD_TOKENS, Drift(41, 0))
    assert plan(cached(prompt, again.drift), after).reads == 3


def test_staleness_is_bounded() -> None:
    after = fim([*range(100), 300])
    assert plan(cached(fim(list(range(100))), drift=Drift(MAX_DRIFT, 0)), after).move is None
    assert plan(cached(fim(list(range(100))), drift=Drift(MAX_DRIFT, 0)), after).drift == Drift()


def test_an_edit_in_the_suffix_keeps_what_follows_it() -> None:
    edited = [*SUFFIX[:10], 900, *SUFFIX[10:]]
    steps = plan(cached(fim(list(range(100)))), fim(list(range(100)), edited))
    assert steps.keep == 112
    assert steps.move == Move(source=112, target=113, length=50)
    assert steps.reads == 2


def test_a_suffix_whose_end_has_moved_on_keeps_its_middle() -> None:
    """The window slides over the text below: old lines leave at its top, new ones come in."""
    slid = [*SUFFIX[20:], *range(700, 720)]
    steps = plan(cached(fim(list(range(100)))), fim([*range(100), 300], slid))
    assert steps.move == Move(source=122, target=103, length=40)


def test_the_same_prompt_again_reads_its_last_token() -> None:
    prompt = fim(list(range(100)))
    steps = plan(cached(prompt, drift=Drift(5, 3)), prompt)
    assert (steps.reads, steps.move) == (1, None)
    assert steps.drift == Drift(5, 3)


def test_a_model_that_cannot_move_reads() -> None:
    after = fim([*range(100), 300])
    steps = plan(cached(fim(list(range(100)))), after, can_move=False)
    assert steps.move is None
    assert steps.reads == len(after.tokens) - 101


def test_a_chat_keeps_what_begins_alike() -> None:
    steps = plan(Cached([1, 2, 3, 4]), TokenPrompt([1, 2, 9, 4]))
    assert (steps.keep, steps.reads, steps.move) == (2, 2, None)
    assert common_prefix([], [1]) == 0
