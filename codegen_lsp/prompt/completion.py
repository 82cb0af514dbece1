"""The prompt of a completion: the window, and before it what other files say.

Families that know repositories have a marker before each file, which the backend reads from the
model itself; for others the same text is a comment at the top of the window.
"""

from collections.abc import Iterable
from itertools import groupby

from codegen_lsp.context.chunk import ContextChunk, ToldContext
from codegen_lsp.context.window import Window
from codegen_lsp.document.language import comment_marker
from codegen_lsp.prompt.prompt import FimPrompt, PromptFile


def completion_prompt(
    window: Window, told: ToldContext | None, *, language: str | None, has_file_markers: bool
) -> FimPrompt:
    """Return the prompt for the hole in ``window``, ``told`` what other files say."""
    if told is None or not told.chunks:
        return FimPrompt(window.prefix, window.suffix)
    if has_file_markers:
        return FimPrompt(window.prefix, window.suffix, files=_files(told.chunks), path=told.path)
    marker = comment_marker(language)
    lines = [
        line for file in _files(told.chunks) for line in (f"{file.path}:", *file.text.split("\n"))
    ]
    comment = "".join(f"{marker} {line}".rstrip() + "\n" for line in lines)
    return FimPrompt(f"{comment}\n{window.prefix}", window.suffix)


def _files(chunks: Iterable[ContextChunk]) -> tuple[PromptFile, ...]:
    """Join neighbouring chunks of one file: a path and a marker cost as much as a signature."""
    return tuple(
        PromptFile(path, "\n\n".join(chunk.text for chunk in group))
        for path, group in groupby(chunks, key=lambda chunk: chunk.path)
    )
