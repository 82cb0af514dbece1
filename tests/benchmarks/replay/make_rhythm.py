"""Makes ``data/rhythm.json``. The rhythm is synthetic: no person was recorded.

    python -m tests.benchmarks.replay.make_rhythm

Its numbers are modelled on published ones:

- Dhakal, Feit, Kristensson, Oulasvirta, "Observations on Typing from 136 Million Keystrokes"
  (CHI 2018): 168,000 people, 52 words a minute on average, the fast ones above 100. At five
  characters a word that is 230 ms a key, pauses included, and below 120 ms for the fast; our typist
  is between. Fast typists make few errors and correct them at once: here 2 % of the characters.
- González, Calot, Ierache, Hasperué, "On the shape of timings distributions in free-text keystroke
  dynamics profiles" (Heliyon 2021): intervals are skewed to the right; a log-normal fits them well.
- Thomas, Karahasanovic, Kennedy, "An Investigation into Keystroke Latency Metrics as an Indicator
  of Programming Performance" (ACE 2005): programmers' intervals depend on the kind of the two
  characters; they are longest at the edges of words and lines, and at changes of character class.
- Shrestha, Leinonen, Zavgorodniaia, Hellas, Edwards, "Pausing While Programming" (ICSE-SEET 2022):
  pauses of 2 s and more are thinking. They are cut to below that here: they would only lengthen a
  run in which nothing happens.

How often suggestions are accepted, and how long one looks at them first, is our own assumption; it
sets how much of each line is typed by hand. A seed makes the result the same on every machine.
"""

import json
import random
from collections.abc import Iterator

from tests.benchmarks.figures import say
from tests.benchmarks.replay.files import open_files
from tests.benchmarks.replay.rhythm import (
    DATA,
    PAUSE_MS,
    Event,
    Kind,
    Spot,
    packed,
    rhythm_from,
)
from tests.benchmarks.replay.typist import keys_of, spot_range

SEED = 20261124

SPOTS = (
    Spot(document=0, first=80, lines=4),
    Spot(document=2, first=313, lines=2),
    Spot(document=1, first=208, lines=3),
    Spot(document=3, first=34, lines=2),
    Spot(document=0, first=89, lines=2),
    Spot(document=1, first=250, lines=2),
)

# Median in ms and sigma of the logarithm.
WITHIN_WORD = (105, 0.32)
OTHER_CLASS = (135, 0.40)  # the next character is of another class: letter, digit, sign, blank
WORD_END = (190, 0.45)  # the next character begins a word
LINE_START = (520, 0.40)
BEFORE_ENTER = (330, 0.40)
LOOKING = (430, 0.35)  # before a suggestion is accepted
AFTER_ACCEPT = (450, 0.35)
NOTICING = (260, 0.30)  # until a typo is seen
AFTER_JUMP = (1400, 0.25)
LONGEST_MS = 1990

TYPO_SHARE = 0.02
ACCEPT_SHARE = 0.85
TYPED_BEFORE_ACCEPT = (0.08, 0.45)
"""The share of a line that is typed before its rest is accepted."""


def main() -> None:
    """Write the file and say what is in it."""
    texts = [file.text for file in open_files()]
    events = list(_events(random.Random(SEED), texts))  # noqa: S311 - a rhythm, not a secret
    data = {
        "about": "Synthetic: no person was recorded. See replay/make_rhythm.py.",
        "seed": SEED,
        "spots": [
            {"document": spot.document, "first": spot.first, "lines": spot.lines} for spot in SPOTS
        ],
        "events": [packed(event) for event in events],
    }
    keys = list(keys_of(rhythm_from(data), texts))
    _write(data)
    paused = sum(key.pause_ms >= PAUSE_MS for key in keys)
    seconds = sum(key.pause_ms for key in keys) / 1000
    say(f"{len(keys)} keys, {paused} of them followed by a pause; {seconds:.0f} s")


def _write(data: dict[str, object]) -> None:
    """One event on each line, so that a change of the rhythm can be read as a diff."""
    events = data.pop("events")
    assert isinstance(events, list)
    head = json.dumps(data, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(event)}" for event in events)
    (DATA / "rhythm.json").write_text(f'{head},\n "events": [\n{lines}\n ]\n}}\n', "utf-8")


def _events(chance: random.Random, texts: list[str]) -> Iterator[Event]:
    for index, spot in enumerate(SPOTS):
        place = spot_range(texts[spot.document], spot)
        lines = texts[spot.document][place.start : place.stop].split("\n")
        yield Event(Kind.JUMP, _pause(chance, AFTER_JUMP), index)
        for number, line in enumerate(lines):
            if number:
                yield Event(Kind.KEY, _pause(chance, LINE_START))
            yield from _line(chance, line.lstrip(" "), last=number == len(lines) - 1)


def _line(chance: random.Random, line: str, *, last: bool) -> Iterator[Event]:
    typed = len(line)
    if chance.random() < ACCEPT_SHARE:
        typed = max(1, round(len(line) * chance.uniform(*TYPED_BEFORE_ACCEPT)))
    for index in range(typed):
        if index and chance.random() < TYPO_SHARE:
            yield from _typo(chance)
        yield Event(Kind.KEY, _pause(chance, _after(line, index, typed)))
    if typed < len(line):
        yield Event(Kind.ACCEPT, _pause(chance, BEFORE_ENTER if last else AFTER_ACCEPT))


def _typo(chance: random.Random) -> Iterator[Event]:
    wrong = chance.choice("aeioutnsr")
    yield Event(Kind.TYPO, _pause(chance, NOTICING), wrong)
    yield Event(Kind.BACK, _pause(chance, OTHER_CLASS))


def _after(line: str, index: int, typed: int) -> tuple[int, float]:
    """Return the distribution of the pause after the character at ``index``."""
    if index + 1 == len(line):
        return BEFORE_ENTER
    if index + 1 == typed:
        return LOOKING
    here, following = line[index], line[index + 1]
    if _class(here) == _class(following):
        return WITHIN_WORD
    return WORD_END if _class(following) == "word" else OTHER_CLASS


def _class(character: str) -> str:
    if character.isalnum() or character == "_":
        return "word"
    return "blank" if character.isspace() else "sign"


def _pause(chance: random.Random, distribution: tuple[int, float]) -> int:
    median, sigma = distribution
    return min(LONGEST_MS, round(median * chance.lognormvariate(0, sigma)))


if __name__ == "__main__":
    main()
