"""Real VS Code in a real browser, with the extension installed from the ``.vsix`` that users get.

The workbench is driven with keys, and read from what is drawn. A second extension, the probe, runs
a test's JavaScript in the extension host: to put the cursor somewhere, or to compare buffers.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.editors.vscode import tools
from tests.editors.vscode.studio import Studio

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which VS Code finds our extension and the probe, installed from files."""
    try:
        return install(tmp_path_factory.mktemp("installed"))
    except tools.NotHere as reason:
        _leave(str(reason))


def install(folder: Path) -> Path:
    """Install our extension and the probe below ``folder``; return where VS Code finds them.

    Raises :class:`~tests.editors.vscode.tools.NotHere`.
    """
    command = tools.code_server()
    extensions = folder / "extensions"
    for package in (tools.extension(), tools.probe()):
        subprocess.run(
            [
                *command,
                *("--user-data-dir", str(folder / "user"), "--extensions-dir", str(extensions)),
                *("--config", os.devnull, "--install-extension", str(package)),
            ],
            env={**os.environ, "EXTENSIONS_GALLERY": '{"serviceUrl":""}'},
            check=True,
            capture_output=True,
        )
    return extensions


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests with a browser last.

    Playwright runs an event loop in this thread for as long as the browser is there, and other
    tests could not start theirs after that.
    """
    items.sort(key=lambda item: item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        _leave("Chromium is not here")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM])
        except Error as error:
            _leave(f"Chromium does not start: {error}")
        yield browser
        browser.close()


def _leave(reason: str) -> NoReturn:
    """Skip, except where CI must run everything."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


Start = Callable[..., Studio]


@pytest.fixture
def start(installed: Path, browser: Browser, tmp_path: Path) -> Iterator[Start]:
    """Start VS Codes of a test's own, with a fresh profile each.

    They have the shared one's settings, or others, or none at all where they are to be
    ``untouched``.
    """
    studios: list[Studio] = []

    def begin(
        *,
        untouched: bool = False,
        settings: dict[str, Any] | None = None,
        preferences: dict[str, Any] | None = None,
        trusted: bool = True,
        **environment: str,
    ) -> Studio:
        home = tmp_path / f"home{len(studios)}"
        home.mkdir()
        studio = Studio(
            browser,
            home,
            extensions=installed,
            settings=None if untouched else settings or _scripted(home),
            environment=environment,
            preferences=preferences,
            trusted=trusted,
        )
        studios.append(studio)
        return studio

    yield begin
    for studio in studios:
        studio.close()


ANSWERS = {
    "sum": "a + b",
    "block": "for x in a:\n        b += x\n        print(b)",
    "tabs": "for x in a:\n\t\tb +=\tx",
    "astral": "'𠮷𠮷' + naïve(x)",
    "rtl": "'עולם' + عدد(x)",
}
DOCSTRING = {"summary": "Add two values.", "parameters": {"a": "One.", "b": "The other."}}
"""What the shared server suggests in a file whose first line is ``# NAME``."""

MENDED = "def mend_me(numbers):\n    return sum(numbers)\n"
"""What it makes of a function of that name; of ``slow_me`` it makes nothing, for minutes."""

SERVER = [sys.executable, "-m", "codegen_lsp.cli.main"]


def script_of(answers: dict[str, str]) -> str:
    """Return a script that gives each answer, however often, where its name stands."""
    tables = [
        f"[[answer]]\nwhen = {json.dumps('# ' + name)}\n"
        f"text = {json.dumps(text, ensure_ascii=False)}\n"
        for name, text in answers.items()
    ]
    jobs = {
        "doc_me": (json.dumps({**DOCSTRING, "returns": "Their sum."}), 0),
        "mend_me": (f"{MENDED}\n```\n", 0),
        "slow_me": ("word " * 5000, 100),
    }
    tables += [
        f"[[answer]]\nwhen = {json.dumps(name)}\ntext = {json.dumps(text)}\ntoken_ms = {token_ms}\n"
        for name, (text, token_ms) in jobs.items()
    ]
    return "repeat = true\n" + "\n".join(tables)


def _scripted(home: Path) -> dict[str, Any]:
    """Return settings with which our server answers from a script."""
    script = home / "script.toml"
    script.write_text(script_of(ANSWERS), "utf-8")
    return {"codegen.command": SERVER, "codegen.model.name": f"scripted:{script}"}


@pytest.fixture(scope="session")
def shared(
    installed: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """Give one VS Code and one server for all tests that leave both alone."""
    home = tmp_path_factory.mktemp("home")
    studio = Studio(
        browser,
        home,
        extensions=installed,
        settings=_scripted(home),
        environment={"VIRTUAL_ENV": sys.prefix, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    try:
        studio.show()
        studio.ready()
        yield studio
    finally:
        studio.close()


@pytest.fixture
def studio(shared: Studio) -> Studio:
    """Give the shared VS Code without open editors and notifications."""
    shared.command("workbench.action.revertAndCloseActiveEditor")
    shared.command("workbench.action.closeAllEditors")
    shared.command("notifications.clearAll")
    shared.until(lambda: not shared.page.locator(".notification-toast").count())
    return shared
