"""Brings the stored index of a project up to what its files say, reading only what has changed.

A file counts as unchanged while its mtime and size are. What cannot be read (binary, another
encoding, gone meanwhile) is kept without contents, so that it is not tried again each time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.document.read import read_document
from codegen_lsp.errors import UnreadableFile
from codegen_lsp.project.ignored import Ignored, SourceFile
from codegen_lsp.project.stored_index import FileFacts, IndexWriter
from codegen_lsp.syntax.imports import imports
from codegen_lsp.syntax.outline import outline
from codegen_lsp.syntax.tree import parse, parses

BATCH_FILES = 64
"""Files that are written in one go: so many are lost when the work is ended."""

MOST_WORDS = 4_000
"""Identifiers of a file that are kept."""

LONGEST_WORD = 60
"""Longer identifiers are made by machines, and are not kept."""

_WORD = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Report:
    """What bringing an index up to date took: files there, read anew, and gone; lines read."""

    files: int = 0
    read: int = 0
    gone: int = 0
    lines: int = 0


def update_all(root: Path, writer: IndexWriter) -> Report:
    """Read each source file of ``root`` that has changed; raises ``OSError`` from the writer."""
    stamps = writer.stamps()
    found, batch, lines, read = set[str](), list[FileFacts](), 0, 0
    for file in Ignored(root).walk():
        found.add(file.path)
        if stamps.get(file.path) == (file.mtime, file.size):
            continue
        facts = facts_of(root, file)
        lines, read = lines + facts.lines, read + 1
        batch.append(facts)
        if len(batch) == BATCH_FILES:
            writer.put(batch)
            batch = []
    gone = stamps.keys() - found
    writer.put(batch, gone)
    return Report(files=len(found), read=read, gone=len(gone), lines=lines)


def update_file(root: Path, path: Path, writer: IndexWriter) -> None:
    """Read one file that was saved, made or removed; raises ``OSError`` from the writer."""
    file = Ignored(root).source_file(path)
    if file is not None:
        writer.put([facts_of(root, file)])
    elif path.is_relative_to(root):
        writer.put([], [path.relative_to(root).as_posix()])


def facts_of(root: Path, file: SourceFile) -> FileFacts:
    """Return what a file holds; nothing when it cannot be read as text of a language we parse."""
    try:
        text = read_document(root / file.path).text
    except UnreadableFile:
        return FileFacts(file, 0)
    lines = text.count("\n") + 1
    if not parses(file.language):
        return FileFacts(file, lines, words=words_of(text))
    tree = parse(text, file.language)
    return FileFacts(file, lines, tuple(outline(tree)), tuple(imports(tree)), words_of(text))


def words_of(text: str) -> frozenset[str]:
    """Return the identifiers of a text, or what looks like them."""
    words = (word for word in set(_WORD.findall(text)) if len(word) <= LONGEST_WORD)
    return frozenset(_first(words, MOST_WORDS))


def _first(words: Iterator[str], most: int) -> Iterator[str]:
    for _, word in zip(range(most), words, strict=False):
        yield word
