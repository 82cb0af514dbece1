"""One VS Code and what a test does with it: keys go in, pictures and files come out."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.editors.vscode import tools

WAIT_SECONDS = 60
START_SECONDS = 240
"""A busy machine takes long to start VS Code, its extension host, and a server."""
PROBE_SECONDS = 300
"""What a test's JavaScript may take: VS Code may wait for an answer that nobody gives."""
QUIET_SECONDS = 1.0
"""Longer than VS Code's debounce and a scripted answer: what is not there by then never comes."""

T = TypeVar("T")


class Unix(http.client.HTTPConnection):
    """HTTP over a socket that is a file."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        """Connect to the file."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PROBE_SECONDS)
        self.sock.connect(str(self._path))


class Studio:
    """One VS Code with a profile of its own, and one page that shows it."""

    def __init__(  # noqa: PLR0913 - each is another way in which it may start
        self,
        browser: Browser,
        home: Path,
        *,
        extensions: Path,
        settings: dict[str, Any] | None,
        environment: dict[str, str],
        preferences: dict[str, Any] | None = None,
        size: tuple[int, int] = (1100, 640),
        scale: int = 1,
        trusted: bool = True,
    ) -> None:
        """Start it.

        ``settings`` are those of our extension, ``preferences`` those of VS Code; with None for the
        former nothing at all is set. ``size`` is the page's in CSS pixels, and each has ``scale``
        pixels of the picture on a side. ``trusted`` says whether every workspace is.
        """
        self.home = home
        self.workspace = home / "workspace"
        self.workspace.mkdir()
        self._socket = home / "probe"
        if settings is not None:
            self._write_settings(settings, preferences or {})
        self._port = _free_port()
        self._log = (home / "code-server.log").open("wb")
        self._process = subprocess.Popen(
            [
                *tools.code_server(),
                *("--auth", "none", "--bind-addr", f"127.0.0.1:{self._port}"),
                *("--user-data-dir", str(home / "user"), "--extensions-dir", str(extensions)),
                *("--config", os.devnull, "--disable-telemetry", "--disable-update-check"),
                *(["--disable-workspace-trust"] if trusted else []),
            ],
            env={
                **os.environ,
                "EXTENSIONS_GALLERY": '{"serviceUrl":""}',
                "CODEGEN_PROBE_SOCKET": str(self._socket),
                "CODEGEN_CONFIG": os.devnull,
                "XDG_STATE_HOME": str(home / "state"),
                **environment,
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self.until(self._answers, seconds=START_SECONDS)
        except AssertionError:
            self._end()
            raise
        width, height = size
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        self.page.set_default_timeout(WAIT_SECONDS * 1000)

    def close(self) -> None:
        """End the page and VS Code, whatever they do."""
        self.page.close()
        self._end()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def show(self, *files: Path) -> None:
        """Open the workspace, with these files."""
        authority = f"127.0.0.1:{self._port}"
        opened = [["openFile", f"vscode-remote://{authority}{file}"] for file in files]
        payload = f"&payload={quote(json.dumps(opened))}" if opened else ""
        self.page.goto(f"http://{authority}/?folder={quote(str(self.workspace))}{payload}")

    def show_several(self) -> None:
        """Open the workspace as one that takes further folders as it is.

        One that is a single folder is left for a new one then, which VS Code at times leaves empty.
        """
        file = self.home / "several.code-workspace"
        file.write_text(json.dumps({"folders": [{"path": str(self.workspace)}]}), "utf-8")
        self.page.goto(f"http://127.0.0.1:{self._port}/?workspace={quote(str(file))}")

    def add_folder(self, folder: Path) -> None:
        """Add a second folder to the workspace, which takes several."""
        code = """
        const folder = { uri: vscode.Uri.file(values.path) };
        vscode.workspace.updateWorkspaceFolders(1, 0, folder);
        """
        self.probe(code, path=str(folder))
        count = "return vscode.workspace.workspaceFolders.length"
        self.until(lambda: self.probe(count) == 2)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the workspace."""
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def open(self, text: str, name: str) -> Path:
        """Open a new file; ``|`` in ``text`` is where the cursor will be."""
        before, _, after = text.partition("|")
        path = self.write(name, before + after)
        self.probe(
            """
            const document = await vscode.workspace.openTextDocument(values.path);
            const editor = await vscode.window.showTextDocument(document, { preview: false });
            const place = document.positionAt(values.offset);
            editor.selection = new vscode.Selection(place, place);
            """,
            path=str(path),
            offset=len(before.encode("utf-16-le")) // 2,
        )
        self.focus()
        return path

    def focus(self) -> None:
        """Give the keyboard to the active editor."""
        self.probe(
            "await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')"
        )

    def probe(self, code: str, **values: Any) -> Any:
        """Run JavaScript in the extension host and return what it returns."""
        with closing(Unix(self._socket)) as connection:
            connection.request("POST", "/", json.dumps({"code": code, "values": values}))
            answer = json.loads(connection.getresponse().read())
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def command(self, name: str, *arguments: Any) -> Any:
        """Execute a command and return its result."""
        code = "return vscode.commands.executeCommand(values.name, ...values.arguments)"
        return self.probe(code, name=name, arguments=arguments)

    def begin(self, name: str, *arguments: Any) -> None:
        """Execute a command that goes on until something else happens."""
        code = "void vscode.commands.executeCommand(values.name, ...values.arguments)"
        self.probe(code, name=name, arguments=arguments)

    def ready(self) -> None:
        """Wait until the probe answers and the server's model is loaded."""
        self.until(self._socket.exists, seconds=START_SECONDS)
        self.until(lambda: self.status() == "codegen", self.status, START_SECONDS)

    def status(self) -> str:
        """Return the text of our status bar item."""
        item = self.page.locator("[id='codegen-lsp.codegen.codegen']")
        return item.inner_text().strip() if item.count() else ""

    def type(self, text: str) -> None:
        """Type characters, one by one."""
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def ghost(self) -> str:
        """Return the suggestion as it is drawn, or an empty text."""
        lines: list[str] = self.page.evaluate(
            """() => {
                const plain = text => text.replaceAll('\\u00a0', ' ').replaceAll('\\u200b', '');
                const inline = [...document.querySelectorAll('.view-lines .ghost-text-decoration')];
                const below = [...document.querySelectorAll('.suggest-preview-text .view-line')];
                const first = inline.map(each => plain(each.textContent)).join('');
                return [first, ...below.map(each => plain(each.textContent))];
            }"""
        )
        return "\n".join(lines)

    def expect(self, ghost: str) -> None:
        """Wait until exactly this suggestion is drawn."""
        self.until(lambda: self.ghost() == ghost, lambda: f"drawn is {self.ghost()!r}")

    def stays_quiet(self) -> None:
        """Assert that nothing is drawn, nor comes."""
        deadline = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            assert self.ghost() == ""
            time.sleep(0.02)

    def text(self) -> str:
        """Return the text of the active editor's document."""
        text: str = self.probe("return vscode.window.activeTextEditor.document.getText()")
        return text

    def active(self) -> Path | None:
        """Return the file of the active editor; None for what is no file, as a side of a diff."""
        code = """
        const uri = vscode.window.activeTextEditor?.document.uri;
        const isDiff = vscode.window.tabGroups.activeTabGroup.activeTab?.input?.original;
        return uri?.scheme === 'file' && !isDiff ? uri.fsPath : null;
        """
        found = self.probe(code)
        return Path(found) if found else None

    def save(self, path: Path) -> str:
        """Save what is drawn and return what is on disk then, line ends and all."""
        self.command("workbench.action.files.save")
        return path.read_bytes().decode()

    def until(
        self,
        happened: Callable[[], T],
        told: Callable[[], str] = lambda: "",
        seconds: float = WAIT_SECONDS,
    ) -> T:
        """Wait until something is true, and return it."""
        deadline = time.monotonic() + seconds
        while not (value := happened()):
            assert time.monotonic() < deadline, f"it did not happen; {told()}"
            time.sleep(0.01)
        return value

    def _write_settings(self, settings: dict[str, Any], preferences: dict[str, Any]) -> None:
        """Write the user's settings, those of our extension where a remote window looks for them.

        They have the scope "machine": in the local ones VS Code leaves them out, but not at first.
        """
        quiet = {
            "workbench.startupEditor": "none",
            "editor.quickSuggestions": {"other": "off"},
            "editor.wordBasedSuggestions": "off",
            "chat.disableAIFeatures": True,
            "editor.autoClosingBrackets": "never",
            "editor.autoIndent": "none",
            "security.workspace.trust.enabled": False,
            "workbench.secondarySideBar.defaultVisibility": "hidden",
        }
        user, machine = (self.home / "user" / name for name in ("User", "Machine"))
        for folder, content in (user, quiet | preferences), (machine, settings):
            folder.mkdir(parents=True)
            (folder / "settings.json").write_text(json.dumps(content), "utf-8")

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self._port)) == 0


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
