"""What llama.vim sends of the text around the cursor, and what it shows of an answer.

Pure functions over a :class:`~tests.benchmarks.replay.place.Place`; :mod:`.llama_vim` decides when
they are used. Facts are from ``autoload/llama.vim`` of ggml-org/llama.vim at commit 85952a62.
"""

from dataclasses import dataclass

from tests.benchmarks.replay.place import Place

PREFIX_LINES = 256
SUFFIX_LINES = 64
KEY_SEPARATOR = "\N{LATIN CAPITAL LETTER I WITH CIRCUMFLEX}"


@dataclass(frozen=True, slots=True)
class LocalContext:
    """The parts of an ``/infill`` request; ``indent`` is None where the last one is used again."""

    prefix: str
    middle: str
    suffix: str
    after_cursor: str
    indent: int | None

    @property
    def keys(self) -> list[str]:
        """Under what the answer is kept: the text, and the text without its first 1 to 3 lines."""
        keys, prefix = [self._key(self.prefix)], self.prefix
        for _ in range(3):
            prefix = prefix.partition("\n")[2]
            if not prefix:
                break
            keys.append(self._key(prefix))
        return keys

    def _key(self, prefix: str) -> str:
        return f"{prefix}{self.middle}{KEY_SEPARATOR}{self.suffix}"


def local_context(place: Place, previous: list[str]) -> LocalContext:
    """Cut the text at ``place``; with ``previous``, as if those lines had been accepted there."""
    row = place.row
    below = place.lines[row + 1 : row + 1 + SUFFIX_LINES]
    if previous:
        return _accepted_context(place, previous, below)
    above = place.lines[max(0, row - PREFIX_LINES) : row]
    line = place.lines[row]
    if not line.strip():
        return _joined(above, "", "", below, 0)
    return _joined(above, place.before, place.after, below, len(line) - len(line.lstrip()))


def shown(content: str, place: Place) -> list[str]:
    """Return the lines drawn for an answer: trimmed, or one empty line where it repeats the text.

    The last line has the text after the cursor attached, as llama.vim keeps it.
    """
    lines = content.split("\n")
    while lines and not lines[-1]:
        lines.pop()
    lines = lines or [""]
    line = place.lines[place.row]
    if not line.strip():
        lead = min(len(lines[0]) - len(lines[0].lstrip()), len(line))
        line, lines[0] = lines[0][:lead], lines[0][lead:]
    before, after = line[: place.column], line[place.column :]
    if _repeats(lines, before, after, place):
        lines = [""]
    lines[-1] += after
    return lines


def _accepted_context(place: Place, previous: list[str], below: tuple[str, ...]) -> LocalContext:
    first = max(0, place.row - PREFIX_LINES + len(previous) - 1)
    above = list(place.lines[first : place.row])
    line = place.lines[place.row] + previous[0]
    if len(previous) > 1:
        above += [line, *previous[1:-1]]
        line = previous[-1]
    return _joined(tuple(above), line, "", below, None)


def _joined(
    above: tuple[str, ...], before: str, after: str, below: tuple[str, ...], indent: int | None
) -> LocalContext:
    return LocalContext(
        prefix="\n".join(above) + "\n",
        middle=before,
        suffix=f"{after}\n" + "\n".join(below) + "\n",
        after_cursor=after,
        indent=indent,
    )


def _repeats(lines: list[str], before: str, after: str, place: Place) -> bool:
    """Whether the lines only say what stands right of or below the cursor already."""
    below = place.lines[place.row + 1 :]
    if len(lines) > 1 and not lines[0] and tuple(lines[1:]) == below[: len(lines) - 1]:
        return True
    if len(lines) == 1 and lines[0] == after:
        return True
    blank = 0
    while blank < len(below) - 1 and not below[blank].strip():
        blank += 1
    if not below or before + lines[0] != below[blank]:
        return False
    following = below[blank + 1 :]
    if len(lines) == 1:
        return True
    if len(lines) == 2:
        return bool(following) and following[0].startswith(lines[1])
    return tuple(lines[1:]) == following[: len(lines) - 1]
