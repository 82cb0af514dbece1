"""A text of the model must say something, and speak of nothing that does not exist."""

import re
import unicodedata

from codegen_lsp.filters.place import Dropped

_WORD = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_CODE_NAME = re.compile(
    r"\b\w*[a-z0-9]_\w+|\b[A-Za-z_]\w*(?=\(\))"
    r"|\b[a-z]{2,}[A-Z][a-z]{2,}\w*|\b[A-Z][a-z]+[A-Z][a-z]{2,}\w*"
)
_EMPTY_WORDS = frozenset(("a", "an", "the", "this", "of", "for", "to", "is", "it", "its", "in"))
_SPLIT_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def drop_empty_summary(summary: str, name: str) -> str | Dropped:
    """Drop a summary that is empty, no sentence, or only the words of ``name`` again."""
    words = _content_words(summary)
    if not words:
        return Dropped("its summary is empty")
    if words == _content_words(_SPLIT_CAMEL.sub(" ", name)):
        return Dropped("its summary only repeats the name")
    return (
        summary if summary.endswith(".") else Dropped("its summary does not end with a full stop")
    )


def drop_false_return(summary: str, *, gives_value: bool) -> str | Dropped:
    """Drop a summary that promises a value which the code does not give."""
    if summary.startswith(("Return ", "Returns ")) and not gives_value:
        return Dropped("its summary says Return, and nothing is returned")
    return summary


def drop_empty_text(text: str, label: str, annotation: str | None) -> str | Dropped:
    """Drop what is said of ``label`` when it is empty, or only its type."""
    said = text.rstrip(".").strip()
    if not said or said.casefold() == (annotation or "").strip("\"'").casefold():
        return Dropped(f"it says nothing about {label}")
    return text


def drop_unknown_names(text: str, source: str) -> str | Dropped:
    """Drop a text that speaks of a name of code which ``source`` does not have.

    Only what can hardly be anything else counts as a name: a word with an underscore, with ``()``
    behind it, or in mixed case. How the source writes its case does not matter.
    """
    known = source.casefold()
    for name in _CODE_NAME.findall(text):
        if name.casefold() not in known:
            return Dropped(f"it speaks of {name}, which the file does not have")
    return text


def drop_control_characters(text: str) -> str | Dropped:
    """Drop a text with a character that is not to be seen."""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in text):
        return Dropped("it has a control character")
    return text


def _content_words(text: str) -> set[str]:
    words = {word.casefold() for word in _WORD.findall(text)} - _EMPTY_WORDS
    return {word.removesuffix("s") for word in words}
