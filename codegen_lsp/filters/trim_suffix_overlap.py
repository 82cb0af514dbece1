"""What the draft's end has in common with the text after the cursor is said once."""

from codegen_lsp.filters.place import Dropped, Place

_PAIRS = {")": "(", "]": "[", "}": "{"}
_QUOTES = "\"'`"


def trim_suffix_overlap(draft: str, place: Place) -> str | Dropped:
    """Cut the longest end of ``draft`` with which the text after the cursor begins.

    Closing brackets and quotes are cut only when the draft has more of them than it opens: in
    ``f(|)`` the draft ``g(x)`` keeps its bracket and ``x)`` loses it; or when there is nothing else
    in it. A bracket that the buffer lacks stays, whatever follows.
    """
    rest = place.suffix
    for length in range(min(len(draft), len(rest)), 0, -1):
        if not draft.endswith(rest[:length]):
            continue
        overlap = rest[:length]
        if not overlap.strip():
            continue
        left = draft[: len(draft) - length]
        is_said = _unopened(draft) or not left.strip()
        if any(map(str.isalnum, overlap)) or (
            is_said and not place.is_mended_by(draft, more_than_by=left)
        ):
            return left if left.strip() else Dropped("this text is already after the cursor")
    return draft


def _unopened(draft: str) -> bool:
    """Say whether ``draft`` closes a bracket or a quote that it did not open."""
    depth = dict.fromkeys(_PAIRS.values(), 0)
    for character in draft:
        if character in depth:
            depth[character] += 1
        elif character in _PAIRS:
            depth[_PAIRS[character]] -= 1
            if depth[_PAIRS[character]] < 0:
                return True
    return any(draft.count(quote) % 2 for quote in _QUOTES)
