"""A line that was cut off by the length limit is no line."""


def trim_unfinished_line(draft: str) -> str:
    """Cut a multi-line draft back to its last complete line; a single line stays as it is."""
    complete, line_end, _ = draft.rpartition("\n")
    return complete if line_end else draft
