"""``editors/README.md`` names every method, command, state and setting, with its default."""

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from codegen_lsp.config.settings import DocstringSettings, Settings
from codegen_lsp.server import protocol
from codegen_lsp.server.status import State

README = (Path(__file__).parents[3] / "editors" / "README.md").read_text("utf-8")
ROWS = {
    cells[1].strip(" `"): [cell.strip() for cell in cells[2:-1]]
    for line in README.splitlines()
    if line.startswith("| `")
    for cells in [re.split(r"(?<!\\)\|", line)]
}
METHODS = [
    value for name, value in vars(protocol).items() if name.isupper() and isinstance(value, str)
]


def settings(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and the default of every setting."""
    for field in dataclasses.fields(value):
        default = getattr(value, field.name)
        if dataclasses.is_dataclass(default):
            yield from settings(default, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", default


SETTINGS = dict(settings(Settings()))


@pytest.mark.parametrize("method", METHODS)
def test_each_method_and_command_of_ours_has_its_row(method: str) -> None:
    assert method in ROWS


def test_no_command_is_named_that_is_none() -> None:
    ours = {name for name in ROWS if name.startswith("codegen")}
    requests = {protocol.ENGINE_COUNTERS, protocol.WHY, protocol.DOCUMENT_HASH}
    assert ours == {*protocol.COMMANDS, protocol.STATUS, *requests}


def test_the_states_are_those_of_the_server() -> None:
    [_, parameters] = ROWS[protocol.STATUS]
    stated = re.findall(r'"(\w+)"', parameters)
    assert [*State] == [word for word in stated if word not in {"state", "message"}]


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_stands_with_its_default(name: str) -> None:
    default = SETTINGS[name]
    if isinstance(default, Path):  # another on each machine
        assert name in ROWS
        return
    assert ROWS[name][0] == f"`{json.dumps(default)}`"


def test_no_setting_is_named_that_is_none() -> None:
    """A row of the settings is one whose name is no method, and has a default."""
    start = README.index("## Settings")
    named = set(re.findall(r"^\| `([\w.]+)` \|", README[start:], re.MULTILINE))
    assert named == set(SETTINGS)


def test_choices_are_named() -> None:
    choices = get_args(DocstringSettings.__annotations__["style"])
    assert all(f'"{choice}"' in ROWS["docstring.style"][1] for choice in choices)
