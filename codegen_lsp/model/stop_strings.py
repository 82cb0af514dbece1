"""Ending a stream of text at the first of several strings, however the text is cut into pieces."""

from dataclasses import dataclass


@dataclass(slots=True)
class StopStrings:
    """Passes text on until one of ``strings`` comes up; that string and all after it are dropped.

    Text that may be the beginning of a stop string is held back until that is decided.
    """

    strings: tuple[str, ...]
    stopped: bool = False
    _held: str = ""

    def feed(self, text: str) -> str:
        """Take the next piece and return what can be passed on."""
        text = self._held + text
        ends = [index for string in self.strings if (index := text.find(string)) >= 0]
        if ends:
            self.stopped, self._held = True, ""
            return text[: min(ends)]
        hold = self._possible_start(text)
        self._held = text[len(text) - hold :]
        return text[: len(text) - hold]

    def flush(self) -> str:
        """Return what was held back, at the end of the text."""
        held, self._held = self._held, ""
        return held

    def _possible_start(self, text: str) -> int:
        longest = min(len(text), max((len(string) for string in self.strings), default=1) - 1)
        for length in range(longest, 0, -1):
            if any(string.startswith(text[len(text) - length :]) for string in self.strings):
                return length
        return 0
