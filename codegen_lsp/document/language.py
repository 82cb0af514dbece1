"""Which language a file is in: LSP language ids, file suffixes, comment markers.

Names are the LSP language ids, except that the two React dialects are folded into the languages
whose grammar they share (``javascriptreact`` -> ``javascript``, ``typescriptreact`` -> ``tsx``).
Whether a language can be *parsed* is known only in ``syntax/``.
"""

from pathlib import PurePath

_BY_SUFFIX = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    ".c": "c",
    ".h": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".hh": "cpp",
    ".hpp": "cpp",
    ".hxx": "cpp",
}
_ALIASES = {"javascriptreact": "javascript", "typescriptreact": "tsx"}

SUFFIXES = tuple(_BY_SUFFIX)
"""The suffixes of files whose language is known."""


def language_of_path(path: PurePath) -> str | None:
    """Name the language of a file by its suffix, or None when it is none of ours."""
    return _BY_SUFFIX.get(path.suffix.lower())


def language_of_id(language_id: str) -> str:
    """Fold an LSP language id into the name used throughout this code."""
    return _ALIASES.get(language_id, language_id)


def comment_marker(language: str | None) -> str:
    """Give the marker that starts a line comment in ``language``."""
    return "#" if language in {None, "python"} else "//"
