"""Where a file's project begins, when no editor says so."""

import tempfile
from pathlib import Path

_MARKS = (
    *(".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "package.json", "tsconfig.json"),
    *("go.mod", "Cargo.toml", "pom.xml", "build.gradle", "CMakeLists.txt", "compile_commands.json"),
)
"""What lies in a project's folder."""


def root_of(path: Path) -> Path | None:
    """Return the folder of the project that ``path`` belongs to; None when it is a lone file.

    The nearest folder above with one of a project's usual files decides; without any, the folder
    that holds the top package of a Python file. A home folder is nobody's project.
    """
    folder = path.resolve().parent
    never = {Path.home(), Path(tempfile.gettempdir()).resolve(), Path(folder.anchor)}
    for candidate in (folder, *folder.parents):
        if candidate in never:
            break
        if any((candidate / mark).exists() for mark in _MARKS):
            return candidate
    package = folder
    while (package / "__init__.py").exists():
        package = package.parent
    return package if package != folder and package not in never else None
