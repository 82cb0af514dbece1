"""A text the model ran on with is cut where a sentence or a clause ends."""

import re

from codegen_lsp.filters.place import Dropped

_SENTENCE_END = re.compile(r"(?<=[\w)\]'\"])[.!](?=\s+[A-Z])")
_CLAUSE_END = re.compile(
    r"[;,]\s|\s[-(]|\s(?:which|so that|using|based on|by [a-z]+ing|if|when|while|because)\s"
)
_LESSER_END = re.compile(r"\s(?:with|that|from|for|as|including)\s")
_LIST_END = re.compile(r",\s(?:and|or)\s")
_FEWEST_WORDS = 3


def trim_summary(text: str, width: int) -> str | Dropped:
    """Return the first sentence of ``text``, cut back at a clause to fit ``width`` code points.

    The full stop that is to come counts. Dropped when no clause ends early enough.
    """
    sentence = _first_sentence(text)
    if len(sentence) < width:
        return sentence
    shorter = _shorter(sentence, width - 1)
    return Dropped("its summary does not fit on one line") if shorter is None else shorter


def trim_unfinished(text: str, bound: int) -> str | Dropped:
    """Return ``text`` as it is when it is shorter than ``bound``, else what of it is finished.

    A text that is as long as it was allowed to be broke off. Dropped when nothing was finished.
    """
    if len(text) < bound:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text)]
    shorter = text[: ends[-1]] if ends else _shorter(text, bound)
    return Dropped("one of its texts is too long") if shorter is None else shorter


def _first_sentence(text: str) -> str:
    match = _SENTENCE_END.search(text)
    return (text[: match.start()] if match else text).rstrip(" .")


def _shorter(text: str, most: int) -> str | None:
    """Return the longest beginning that ends at a clause, or else before a lesser part.

    The commas of a list are no ends: a list without its last part is none.
    """
    for ends in (_CLAUSE_END, _LESSER_END):
        for match in reversed(list(ends.finditer(text, 0, most + 1))):
            beginning = text[: match.start()].rstrip()
            in_list = match.group()[0] == "," and _LIST_END.search(text, match.start())
            if len(beginning.split()) >= _FEWEST_WORDS and not in_list:
                return beginning
    return None
