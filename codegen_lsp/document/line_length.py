"""How long the lines of a project may be, as its formatter's configuration says.

Only that number is read from a project's files, and it is kept within sane bounds: a repository
chooses no more than this.
"""

import tomllib
from pathlib import Path
from typing import Any

DEFAULT = 88
"""What Black and ruff use where nothing is said."""

_BOUNDS = (60, 160)
_FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")


def line_length_for(path: Path) -> int:
    """Return the line length in code points for the file ``path``.

    The nearest folder with a ``ruff.toml`` or a ``pyproject.toml`` decides; files that cannot be
    read are passed over.
    """
    for folder in path.absolute().parents:
        for name in _FILES:
            length = _length_in(folder / name)
            if length is not None:
                return max(_BOUNDS[0], min(length, _BOUNDS[1]))
        if (folder / "pyproject.toml").is_file() or (folder / ".git").exists():
            break
    return DEFAULT


def _length_in(file: Path) -> int | None:
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    tools = content.get("tool", {}) if file.name == "pyproject.toml" else {"ruff": content}
    for name in ("ruff", "black"):
        tool = tools.get(name, {}) if isinstance(tools, dict) else {}
        length = tool.get("line-length") if isinstance(tool, dict) else None
        if isinstance(length, int) and not isinstance(length, bool):
            return length
    return None
