"""Lines that use what another module of the package defines, with and without that knowledge.

Three arms: ``none``, a lone buffer; ``ours``, the real package on disk around it; ``definition``,
the lone buffer with the true definition before it, as far as one could get. Under ``--raw`` the
bare model has the first and the last. ``crossfile_items.py`` makes the items.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.window import CHARACTERS_PER_TOKEN, Window, window_around
from codegen_lsp.document.text import Document
from codegen_lsp.project.index import update_all
from codegen_lsp.project.project import Project
from codegen_lsp.project.root import root_of
from codegen_lsp.project.stored_index import IndexWriter, path_of
from tests.evals.completing import completed, completion_settings, filled, has_whole_line
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.packages import unpacked
from tests.evals.summary import share, total

ARMS = ("none", "ours", "definition")

_WORD = re.compile(r"[^\W\d]\w*")


def ours(item: Fields, parts: Parts) -> Answer:
    """Complete at the hole in each arm; the record's ``output`` is that of ``ours``."""
    with workspace(item) as file, indexed(file) as project:
        with_project = _completed(item, parts, file, project)
    with tempfile.TemporaryDirectory() as name:
        alone = Path(name) / PurePosixPath(item["path"]).name
        arms = {
            "none": _completed(item, parts, alone),
            "ours": with_project,
            "definition": _with_definition(item, parts, alone),
        }
    outputs = {arm: answer.output for arm, answer in arms.items()}
    drops = {arm: answer.dropped for arm, answer in arms.items()}
    return replace(with_project, more={"arms": outputs, "arms_dropped": drops})


def bare(item: Fields, parts: Parts) -> Answer:
    """Fill the hole in the window, without and with the definition before it."""
    window = _window(item, parts)
    none, definition = (
        filled(head + window.prefix, window.suffix, parts.model, enough=has_whole_line)
        for head in ("", _head(item))
    )
    arms = {"none": none.output, "definition": definition.output}
    return replace(none, more={"arms": arms})


def score(item: Fields, record: Fields) -> Scores:
    """Compare what each arm puts on the line with what stood there: all of it, and its names."""
    wanted = item["canonical_solution"].strip()
    lines = {arm: _line(output) for arm, output in record["arms"].items()}
    names = _identifiers(wanted)
    return {
        **{f"{arm}: exact match": (int(line == wanted), 1) for arm, line in lines.items()},
        **{
            f"{arm}: all names": (int(names <= _identifiers(line)), 1)
            for arm, line in lines.items()
        },
    }


def remarks(scores: Sequence[Scores]) -> list[str]:
    """Say how much of what the definition gains our context gains: the recovered share."""
    said = []
    for measure in ("exact match", "all names"):
        none, ours_, definition = (share(total(scores), f"{arm}: {measure}") for arm in ARMS)
        if none is None or ours_ is None or definition is None or definition <= none:
            continue
        recovered = 100 * (ours_ - none) / (definition - none)
        said.append(f"recovered share, {measure}: {recovered:.0f} %")
    return said


@contextmanager
def workspace(item: Fields) -> Iterator[Path]:
    """Copy the package, with the hole in its file: what stood there is nowhere to be found.

    A copy for each item, so that nothing remembers the file as it was.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve() / item["package"]
        shutil.copytree(unpacked(item["package"]), folder)
        file = folder / PurePosixPath(item["path"])
        file.write_text(item["prompt"] + item["suffix"], "utf-8")
        yield file


@contextmanager
def indexed(file: Path) -> Iterator[Project]:
    """Yield the project around ``file`` with an index that is up to date."""
    root = root_of(file) or file.parent
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        with closing(IndexWriter(path_of(root, Path(name)))) as writer:
            update_all(root, writer)
        with closing(Project(root, Path(name))) as project:
            yield project


def _identifiers(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _line(output: str) -> str:
    return output.split("\n", 1)[0].strip()


def _completed(item: Fields, parts: Parts, path: Path, project: Project | None = None) -> Answer:
    return completed(
        item["prompt"],
        item["suffix"],
        parts,
        language="python",
        path=path,
        settings=_settings(parts),
        project=project,
    )


def _settings(parts: Parts) -> CompletionSettings:
    """Return settings for a line and no more: nothing else is looked at."""
    return replace(parts.settings.completion, lines="line")


def _with_definition(item: Fields, parts: Parts, path: Path) -> Answer:
    """Put the definition before the window of the lone buffer, and make room for it."""
    window, head = _window(item, parts), _head(item)
    settings = completion_settings(_settings(parts))
    room = int((len(head) + len(window.prefix)) / CHARACTERS_PER_TOKEN) + 1
    return completed(
        head + window.prefix,
        window.suffix,
        parts,
        language="python",
        path=path,
        settings=replace(settings, window_before_tokens=room),
    )


def _window(item: Fields, parts: Parts) -> Window:
    document = Document(item["prompt"] + item["suffix"], language="python")
    settings = completion_settings(parts.settings.completion)
    return window_around(
        document,
        document.position(len(item["prompt"])),
        before_tokens=settings.window_before_tokens,
        after_tokens=settings.window_after_tokens,
    )


def _head(item: Fields) -> str:
    return f"{item['definition'].rstrip()}\n\n\n"


KIND = Kind(
    needs=("package", "path", "prompt", "suffix", "canonical_solution", "definition"),
    ours=ours,
    bare=bare,
    score=score,
    remarks=remarks,
)
