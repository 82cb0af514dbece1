"""Writes the extension's settings into ``package.json``, from those of the server.

``codegen_lsp/config/settings.py`` is the one source: names, types and defaults are those of its
dataclasses, and the descriptions are the strings under their fields. Run it after a change there;
a test compares.
"""

import ast
import dataclasses
import inspect
import itertools
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from codegen_lsp.config.settings import Settings

PACKAGE = Path(__file__).parents[1] / "package.json"

OWN = {
    "codegen.command": {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "description": (
            "The program that is the server, and arguments that go before `serve`. Empty: the "
            "`codegen` of the selected Python environment, of `.venv`, of PATH, or the "
            "extension's own."
        ),
    },
    "codegen.package": {
        "type": "string",
        "default": "codegen-lsp",
        "description": (
            "What pip installs when you have the extension make an environment of its own: a "
            "requirement, or the path of a wheel or a checkout."
        ),
    },
}
"""Settings of the extension itself: how it comes to a server."""

SCOPE = "machine"
"""Whether a workspace may set it: no, because a repository must choose no model and no program."""


def configuration() -> dict[str, Any]:
    """Return ``contributes.configuration`` as VS Code wants it."""
    settings = Settings()
    properties = {**OWN, **dict(_properties(settings, "codegen"))}
    return {
        "title": "codegen",
        "properties": {name: {**value, "scope": SCOPE} for name, value in properties.items()},
    }


def _properties(settings: Any, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and schema of each field, those of nested tables included."""
    hints, words = get_type_hints(type(settings)), _descriptions(type(settings))
    for field in dataclasses.fields(settings):
        name, value = f"{prefix}.{field.name}", getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            yield from _properties(value, name)
        else:
            yield name, {**_schema(hints[field.name], value), "description": words[field.name]}


def _schema(kind: Any, default: Any) -> dict[str, Any]:
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind)), "default": default}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": {"type": "string"}, "default": list(default)}
    if kind is Path:  # another on each machine: only what is set is sent
        return {"type": ["string", "null"], "default": None}
    return {"type": {int: "integer", bool: "boolean", str: "string"}[kind], "default": default}


def _descriptions(settings: type) -> dict[str, str]:
    """Return the string under each field, in one line for each paragraph."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(settings))).body
    found = {}
    for field, words in itertools.pairwise(getattr(definition, "body", [])):
        if isinstance(field, ast.AnnAssign) and isinstance(words, ast.Expr):
            paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(ast.literal_eval(words.value)))
            found[ast.unparse(field.target)] = "\n\n".join(
                " ".join(paragraph.split()).replace("``", "`") for paragraph in paragraphs
            )
    return found


def main() -> None:
    """Write the file."""
    package = json.loads(PACKAGE.read_text("utf-8"))
    package["contributes"]["configuration"] = configuration()
    PACKAGE.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
