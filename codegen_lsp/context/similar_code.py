"""Code elsewhere in the project that uses the same rare names as the lines around the cursor.

Lexical: no embeddings. Files are picked by the inverse frequency of the names they share with the
place, pieces of them by the share of names both have (Jaccard). What is more alike than half is
left out: such pieces usually distort a completion (llama.vim's experience).
"""

import math
from collections import Counter
from pathlib import PurePosixPath

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace, words_in
from codegen_lsp.document.language import language_of_path
from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import with_lf
from codegen_lsp.errors import UnreadableFile
from codegen_lsp.project.project import Project

LINES = 10
"""Lines of a piece; pieces overlap by half."""

MOST_NAMES = 24
"""Names that are looked up, the nearest to the cursor first."""

MOST_FILES = 4
"""Files that are read."""

COMMON = 40
"""A name in more files than this says nothing."""

LEAST_ALIKE, MOST_ALIKE = 0.2, 0.5
_SCORE = 3.0
_SHORTEST = 4
_MOST_BYTES = 128 * 1024


def similar_code(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return the pieces of other files that are most like the lines around the place."""
    here = _names_here(place)
    if len(here) < _SHORTEST:
        return []
    chunks = [
        chunk for path in _files(place, project, here) for chunk in _pieces(project, path, here)
    ]
    return sorted(chunks, key=lambda chunk: -chunk.score)[:MOST_FILES]


def _names_here(place: EditPlace) -> frozenset[str]:
    before = place.window.prefix.split("\n")[-LINES:]
    after = place.window.suffix.split("\n")[: LINES // 2]
    words = words_in("\n".join([*before, *after]))
    return frozenset(word for word in words if len(word) >= _SHORTEST)


def _files(place: EditPlace, project: Project, here: frozenset[str]) -> list[str]:
    """Return the files that share the rarest names, of this language, other than this one."""
    own = ""
    if place.path is not None and place.path.is_relative_to(project.root):
        own = place.path.relative_to(project.root).as_posix()
    weights: Counter[str] = Counter()
    for name in sorted(here, key=lambda name: (-place.near.get(name, 0.0), name))[:MOST_NAMES]:
        found = project.index.files_with(name, most=COMMON)
        if len(found) <= COMMON:
            weights.update(dict.fromkeys(found, math.log(COMMON / len(found)) if found else 0.0))
    return [
        path
        for path, _ in weights.most_common()
        if path != own and language_of_path(PurePosixPath(path)) == place.document.language
    ][:MOST_FILES]


def _pieces(project: Project, path: str, here: frozenset[str]) -> list[ContextChunk]:
    """Return the best piece of a file, if it is alike enough and not too much."""
    try:
        text = with_lf(read_document(project.root / path, max_bytes=_MOST_BYTES).text)
    except UnreadableFile:
        return []
    lines = text.split("\n")
    names = [frozenset(w for w in words_in(line) if len(w) >= _SHORTEST) for line in lines]
    best, best_start = 0.0, 0
    for start in range(0, len(lines), LINES // 2):
        there = frozenset().union(*names[start : start + LINES])
        alike = len(here & there) / len(here | there)
        if best < alike <= MOST_ALIKE:
            best, best_start = alike, start
    if best < LEAST_ALIKE:
        return []
    piece = "\n".join(lines[best_start : best_start + LINES]).strip("\n")
    return [ContextChunk(path, piece, "similar_code", _SCORE * best)]
