"""Which file an import means, found by looking at folders only; nothing is imported.

The order is Python's: for each folder of the path a package before a module, a source before a
stub, and folders without ``__init__`` (namespace packages, PEP 420) only where nothing else has the
name. Stub packages (``name-stubs``, PEP 561) stand in for what has no source. What a file holds is
for :mod:`codegen_lsp.project.module_facts`.
"""

import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from codegen_lsp.project.environment import Environment

_SUFFIXES = (".py", ".pyi")
_COMPILED = (".so", ".pyd", ".pyc")
_ADDED_BY_CODE = re.compile(rb"\b__path__\b|\bsys\.modules\b|\bmodules\[")
"""What in a package's source may give it submodules that have no file where they should."""

_MOST_FOLDERS = 4_096
_MOST_SEARCHED = 200
_SETTLED_NS = 50_000_000
"""A folder changed less than 50 ms before it was listed may have changed again in the same tick."""

_NAMED_OTHERWISE = {"os.path": ("posixpath", "ntpath")}
"""Modules of the standard library that another module puts into ``sys.modules``."""


class Unreadable(Enum):
    """The outcome where there is no file to read."""

    COMPILED = auto()
    """There is such a module, built in or compiled, and no stub of it."""

    UNKNOWN = auto()
    """Nobody can say: code may put it there, or it is not known from where it is imported."""


def find_module(
    dotted: str, environment: Environment, importer: Path | None
) -> Path | Unreadable | None:
    """Return the file that the module ``dotted`` is read from, None when there is none.

    A package is its ``__init__`` file; a namespace package is its first folder. Leading dots are
    relative to the package that holds the file ``importer``; None where that is not known. Takes
    some 20 microseconds when the folders have been looked at before, and sees what has changed.
    """
    name = dotted.lstrip(".")
    dots = len(dotted) - len(name)
    parts = name.split(".") if name else []
    if not all(part.isidentifier() for part in parts) or not (parts or dots):
        return None
    if dots:
        if importer is None:
            return Unreadable.UNKNOWN
        folder = _ascended(importer.absolute().parent, dots - 1)
        return _descend(_Found(_itself(folder), (folder,)), parts)
    if dotted in _NAMED_OTHERWISE:
        parts = [_NAMED_OTHERWISE[dotted][os.name == "nt"]]
    roots, is_standard = [*roots_of(importer), *environment.roots], parts[0] in environment.stdlib
    if is_standard and _first(roots, parts[0]) is not None:
        return Unreadable.UNKNOWN  # which one it is depends on how Python was started
    found = _first([*roots, *environment.search_path], parts[0])
    if found is None and is_standard:
        found = _Found(Unreadable.COMPILED)
    return _descend(found, parts[1:])


def roots_of(importer: Path | None) -> Iterator[Path]:
    """Yield the folder that holds the top package of ``importer``, or the file itself."""
    if importer is None:
        return
    folder = importer.absolute().parent
    while any(f"__init__{suffix}" in _listing(folder).files for suffix in _SUFFIXES):
        if folder == folder.parent:
            break
        folder = folder.parent
    yield folder


def submodules(package: Path) -> frozenset[str]:
    """Return the names of the modules in the package whose ``__init__`` file or folder this is."""
    folder = package if package.is_dir() else package.parent
    listed = _listing(folder)
    files = {name.partition(".")[0] for name in listed.files if name.endswith((*_SUFFIXES, ".so"))}
    return frozenset(
        name for name in {*files, *listed.folders} if name.isidentifier() and name != "__init__"
    )


def may_lie_deeper(name: str, root: Path) -> bool:
    """Say whether a folder near the top of a project holds a module or package ``name``.

    Some programs make such a folder importable when they start, and nobody can see that.
    """
    near = [root, *_inner_folders(root)]
    near += [folder for outer in near[1:] for folder in _inner_folders(outer)]
    listed = map(_listing, near[:_MOST_SEARCHED])
    return any(name in each.folders or f"{name}.py" in each.files for each in listed)


def _inner_folders(folder: Path) -> list[Path]:
    names = sorted(_listing(folder).folders)
    return [folder / name for name in names if not name.startswith((".", "_", "node_modules"))]


def _ascended(folder: Path, levels: int) -> Path:
    for _ in range(levels):
        folder = folder.parent
    return folder


@dataclass(frozen=True, slots=True)
class _Found:
    """A module; for a package, ``folders`` are where its submodules are looked for."""

    module: Path | Unreadable
    folders: tuple[Path, ...] = ()


def _descend(found: _Found | None, parts: Iterable[str]) -> Path | Unreadable | None:
    """Return the submodule ``parts`` of what was found."""
    for part in parts:
        if found is None:
            return None
        if isinstance(found.module, Unreadable):
            return Unreadable.UNKNOWN
        inner = _first(found.folders, part)
        if inner is None and _may_have_more(found.module):
            return Unreadable.UNKNOWN
        found = inner
    return None if found is None else found.module


def _itself(folder: Path) -> Path:
    """Return the package in ``folder``."""
    files = _listing(folder).files
    names = (f"__init__{suffix}" for suffix in _SUFFIXES)
    return next((folder / name for name in names if name in files), folder)


def _first(path: Iterable[Path], name: str) -> _Found | None:
    """Return the module ``name`` of the first folder that has it."""
    portions, is_compiled, stub = list[Path](), False, None
    for folder in path:
        listed = _listing(folder)
        package = folder / name
        if name in listed.folders:
            source = _itself(package)
            if source != package:
                return _Found(source, (package,))
            portions.append(package)
        for suffix in _SUFFIXES:
            if name + suffix in listed.files:
                return _Found(folder / (name + suffix))
        is_compiled = is_compiled or name in listed.compiled
        if f"{name}-stubs" in listed.folders:
            stub = stub or folder / f"{name}-stubs"
    if stub is not None:
        return _Found(_itself(stub), (stub, *portions))
    if is_compiled:
        return _Found(Unreadable.COMPILED)
    return _Found(portions[0], tuple(portions)) if portions else None


@dataclass(frozen=True, slots=True)
class _Listing:
    """What a folder holds; ``compiled`` are modules by name, ``mtime`` is -1 when it is none."""

    mtime: int
    taken: int
    files: frozenset[str]
    folders: frozenset[str]
    compiled: frozenset[str]


_listings: OrderedDict[str, _Listing] = OrderedDict()
_lock = threading.Lock()


def _listing(folder: Path) -> _Listing:
    key = str(folder)
    try:
        mtime = os.stat(key).st_mtime_ns  # noqa: PTH116 - five times as fast as Path's
    except OSError:
        mtime = -1
    with _lock:
        known = _listings.get(key)
        if known is not None:
            _listings.move_to_end(key)
    if known is not None and known.mtime == mtime and mtime < known.taken - _SETTLED_NS:
        return known
    listed = _listed(folder, mtime)
    with _lock:
        _listings[key] = listed
        while len(_listings) > _MOST_FOLDERS:
            _listings.popitem(last=False)
    return listed


def _listed(folder: Path, mtime: int) -> _Listing:
    taken = time.time_ns()
    files, folders = set[str](), set[str]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                (folders if entry.is_dir() else files).add(entry.name)
    except OSError:
        mtime = -1
    compiled = frozenset(name.partition(".")[0] for name in files if name.endswith(_COMPILED))
    return _Listing(mtime, taken, frozenset(files), frozenset(folders), compiled)


def _may_have_more(module: Path) -> bool:
    """Say whether the source of ``module`` looks as if it had submodules that have no file."""
    if module.suffix not in _SUFFIXES:
        return False
    try:
        stat = module.stat()
        key = (module, stat.st_mtime_ns, stat.st_size)
        with _lock:
            known = _sources.get(key)
        if known is None:
            known = _ADDED_BY_CODE.search(module.read_bytes()) is not None
    except OSError:
        return True
    with _lock:
        _sources[key] = known
        while len(_sources) > _MOST_FOLDERS:
            _sources.popitem(last=False)
    return known


_sources: OrderedDict[tuple[Path, int, int], bool] = OrderedDict()
