"""The extension's settings are the server's: written by a program, and compared here."""

import json
import runpy
from pathlib import Path
from typing import Any

EXTENSION = Path(__file__).parents[3] / "editors" / "vscode"
PACKAGE: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
WRITTEN = runpy.run_path(str(EXTENSION / "scripts" / "write_settings.py"))["configuration"]()


def test_package_json_is_in_step_with_the_settings_of_the_server() -> None:
    """If not: ``python editors/vscode/scripts/write_settings.py``."""
    assert PACKAGE["contributes"]["configuration"] == json.loads(json.dumps(WRITTEN))


def test_a_workspace_can_set_none() -> None:
    """A repository chooses no model and no program."""
    assert {each["scope"] for each in WRITTEN["properties"].values()} == {"machine"}


def test_every_command_of_the_extension_is_registered() -> None:
    source = (EXTENSION / "src" / "extension.ts").read_text("utf-8")
    names = [
        each["command"].removeprefix("codegen.") for each in PACKAGE["contributes"]["commands"]
    ]
    assert [name for name in names if f"\t\t\t{name}:" not in source] == []


def test_the_version_is_that_of_the_server() -> None:
    project = (EXTENSION.parents[1] / "pyproject.toml").read_text("utf-8")
    assert f'version = "{PACKAGE["version"]}"' in project


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (EXTENSION / "package-lock.json").read_text("utf-8")


def test_the_language_client_is_all_that_runs() -> None:
    assert list(PACKAGE["dependencies"]) == ["vscode-languageclient"]


def test_the_client_stays_thin() -> None:
    """Lines of code: neither blank nor comment. What another editor needs too is the server's."""
    lines = [
        line.strip()
        for file in (EXTENSION / "src").glob("*.ts")
        for line in file.read_text("utf-8").splitlines()
    ]
    code = [line for line in lines if line and not line.startswith(("//", "/*", "*"))]
    assert len(code) < 800
