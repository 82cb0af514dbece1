"""Which function the model is asked about next, in which words, and how freely it may answer.

The likeliest function gets the most answers. Answers to the same question are asked for in one
block, which the engine writes side by side. One decode takes, in ms by answers in the block (1.5B,
two idle cores): 1: 33, 2: 56, 4: 96, 8: 220, 12: 275, 16: 276. So two, four and sixteen are widths
that pay. The first answer of all is asked for alone: it mends many bugs, and a lone greedy answer
that repeats most of the function is guessed ahead, 22 ms a token instead of 27 in a block of four
and 20 in one of sixteen (two functions of QuixBugs, sampling included).
"""

from dataclasses import dataclass

from codegen_lsp.model.backend import GREEDY, Sampling

SMALL_BLOCK = 4
LARGE_BLOCK = 16
"""Answers in a block about the likeliest suspect, in the first round and in those after it.

Four are written soon, sixteen cheaply; more the engine cannot write at once.
"""

SIDE_BLOCK = 2
"""Answers in a block about any other suspect."""

TEMPERATURES = (0.6, 0.8, 1.0)
TOP_P = 0.95


@dataclass(frozen=True, slots=True)
class Ask:
    """A way to ask: the ``template`` of the question, and that of what is told before it.

    ``code_only`` says whether the answers are to begin with code at once.
    """

    template: str
    frame: str = "fix"
    code_only: bool = True


DIRECT, EXPLAIN = Ask("ask_direct"), Ask("ask_explain", code_only=False)
FURTHER = (
    Ask("ask_one_line"),
    Ask("ask_direct", frame="fix_plain"),
    Ask("ask_values", code_only=False),
)
"""Other ways, once the first two were tried on each function: many small answers are alike, and a
question in other words brings others."""


@dataclass(frozen=True, slots=True)
class Block:
    """Answers to ask for together: about suspect number ``suspect``, asked in the way ``ask``."""

    suspect: int
    ask: Ask
    samplings: tuple[Sampling, ...]


def block(number: int, suspects: int) -> Block:
    """Return block ``number`` (from 0) when there are so many ``suspects`` (at least one).

    The first is one greedy answer. Then a round asks in the first two ways about the likeliest
    suspect, in one about each of the others, and in all further ways about the likeliest.
    """
    if number == 0:
        return Block(0, DIRECT, (GREEDY,))
    lap, place = divmod(number - 1, 1 + suspects + len(FURTHER))
    side = (EXPLAIN if lap % 2 else DIRECT,)
    asks = ((0, DIRECT), (0, EXPLAIN), *((each, *side) for each in range(1, suspects)))
    suspect, ask = (*asks, *((0, each) for each in FURTHER))[place]
    width = SIDE_BLOCK if suspect else SMALL_BLOCK if lap == 0 else LARGE_BLOCK
    free = tuple(
        Sampling(TEMPERATURES[at % len(TEMPERATURES)], TOP_P, LARGE_BLOCK * number + at)
        for at in range(width)
    )
    is_new = lap == 0 and (suspect > 0 or ask in FURTHER)
    return Block(suspect, ask, (GREEDY, *free[1:]) if is_new else free)
