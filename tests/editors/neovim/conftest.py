"""Real Neovim, driven by RPC with a screen attached, and the real server on scripted answers.

Every test runs in each Neovim there is: the one beside this Python (0.11, of a package) and the
one of the system (0.10 on Debian). CI must have both.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pynvim
import pytest

PLUGIN = Path(__file__).parents[3] / "editors" / "neovim"
WIDTH, HEIGHT = 80, 24
WAIT_SECONDS = 10
LOOK_SECONDS = 0.005
QUIET_SECONDS = 0.3
"""Longer than debounce and scripted answer together: what is not there by then never comes."""

T = TypeVar("T")


def _others() -> str:
    beside = Path(sys.executable).parent
    return os.pathsep.join(p for p in os.get_exec_path() if Path(p) != beside)


NEOVIMS = {
    "0.10": shutil.which("nvim", path=_others()),
    "0.11": shutil.which("nvim", path=str(Path(sys.executable).parent)),
}


class Screen:
    """What a user would see: Neovim's UI events applied to a grid (``:help ui-linegrid``)."""

    def __init__(self) -> None:
        self._rows = [[" "] * WIDTH for _ in range(HEIGHT)]
        self._styles = [[0] * WIDTH for _ in range(HEIGHT)]
        self._colours: dict[int, dict[str, Any]] = {0: {}}
        self.frames: list[list[str]] = []

    def take(self, events: list[Any]) -> None:
        """Apply a batch of events."""
        for name, *calls in events:
            for arguments in calls:
                if name == "grid_line":
                    self._line(*arguments[1:4])
                elif name == "grid_scroll":
                    self._scroll(*arguments[1:6])
                elif name == "grid_clear":
                    self._rows = [[" "] * WIDTH for _ in range(HEIGHT)]
                    self._styles = [[0] * WIDTH for _ in range(HEIGHT)]
                elif name == "hl_attr_define":
                    self._colours[arguments[0]] = arguments[1]
                elif name == "default_colors_set":
                    foreground, background = arguments[:2]
                    self._colours[0] = {"foreground": foreground, "background": background}
                elif name == "flush":
                    self.frames.append(["".join(row) for row in self._rows])

    def _line(self, row: int, column: int, cells: list[list[Any]]) -> None:
        style = 0
        for text, *more in cells:
            style = more[0] if more else style
            count = more[1] if len(more) > 1 else 1
            self._rows[row][column : column + count] = [text] * count
            self._styles[row][column : column + count] = [style] * count
            column += count

    def _scroll(self, top: int, bottom: int, left: int, right: int, count: int) -> None:
        rows = range(top, bottom - count) if count > 0 else range(bottom - 1, top - count - 1, -1)
        for row in rows:
            for cells in (self._rows, self._styles):
                cells[row][left:right] = cells[row + count][left:right]

    def cells(self) -> list[list[tuple[str, dict[str, Any]]]]:
        """Return what stands in each cell, and in which colours (``:help ui-event-highlight``)."""
        return [
            [
                (text, {**self._colours[0], **self._colours[style]})
                for text, style in zip(*row, strict=True)
            ]
            for row in zip(self._rows, self._styles, strict=True)
        ]


class Editor:
    """One Neovim with the plugin; keys go in, text and screen come out."""

    def __init__(
        self,
        program: str,
        home: Path,
        *arguments: str,
        runtime: bool = True,
        **environment: str,
    ) -> None:
        self.home = home
        beside = Path(sys.executable).parent
        variables = {
            **{f"XDG_{name}_HOME": home / name.lower() for name in ("CONFIG", "DATA", "STATE")},
            "NVIM_LOG_FILE": os.devnull,
            "CODEGEN_CONFIG": os.devnull,
            "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
            **environment,
        }
        plugin = ("--cmd", f"set runtimepath^={PLUGIN}") if runtime else ()
        self.nvim: Any = pynvim.attach(
            "child",
            argv=[
                *("env", *(f"{name}={value}" for name, value in variables.items())),
                *(program, "--embed", "--clean", "-n", *plugin, *arguments),
            ],
        )
        self._screen = Screen()
        self.nvim.ui_attach(WIDTH, HEIGHT, rgb=True, ext_linegrid=True)
        # Notifications are kept instead of shown: a long one would wait for a key.
        self.lua("_G.told = {}; vim.notify = function(text) table.insert(told, text) end")

    @property
    def command(self) -> list[str]:
        """The command of a server that replays the script."""
        serve = [sys.executable, "-m", "codegen_lsp.cli.main", "serve"]
        return [*serve, "--model", f"scripted:{self.home / 'script.toml'}"]

    def close(self) -> None:
        """End Neovim whatever it does, and wait for its servers."""
        with contextlib.suppress(OSError, EOFError):
            self.nvim.command("qall!")
        self.nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run Lua and return what it returns."""
        return self.nvim.exec_lua(code, *arguments)

    def setup(self, script: str | None = None, **options: Any) -> None:
        """Call ``setup()``; the server replays ``script``, if one is given."""
        if script is not None:
            (self.home / "script.toml").write_text(script, "utf-8")
            options["cmd"] = self.command
        self.lua("require('codegen').setup(...)", {"debounce_ms": 10, **options})

    def setup_given(self, **given: Any) -> None:
        """Call ``setup()`` with the server of ``given_server.py``, which is given this."""
        (self.home / "given.json").write_text(json.dumps(given), "utf-8")
        server = Path(__file__).with_name("given_server.py")
        self.setup(cmd=[sys.executable, str(server), str(self.home / "given.json")])

    def open(self, text: str, name: str = "sums.py", *, wait: bool = True) -> None:
        """Open a new file; ``|`` in ``text`` is where the cursor will be, in Insert mode."""
        before, _, after = text.partition("|")
        path = self.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((before + after).encode())
        self.nvim.command(f"edit {path}")
        self.place(before)
        if wait:
            self.ready()

    def place(self, before: str) -> None:
        """Put the cursor after ``before`` and insert there."""
        lines = before.replace("\r", "").split("\n")
        self.nvim.funcs.cursor(len(lines), len(lines[-1].encode()) + 1)
        at_end = self.nvim.funcs.col("$") == len(lines[-1].encode()) + 1
        self.nvim.input("A" if at_end else "i")

    def ready(self) -> None:
        """Wait until the server serves this buffer with its model loaded."""
        self.until(lambda: self.status() == "codegen")

    def until(self, happened: Callable[[], T], seconds: float = WAIT_SECONDS) -> T:
        """Wait until something is true, and return it.

        What is counted is how often was looked: a machine that stands still costs no test.
        """
        for _ in range(round(seconds / LOOK_SECONDS)):
            value = happened()
            if value:
                return value
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"it did not happen\n{self.report()}")

    def keys(self, keys: str) -> None:
        """Type keys, in Neovim's notation, one by one."""
        self.nvim.input(keys)

    def expect(self, ghost: str) -> None:
        """Wait until exactly this suggestion is shown."""
        self.until(lambda: self.ghost() == ghost)

    def stays_quiet(self) -> None:
        """Assert that nothing is shown, nor comes."""
        deadline = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            assert self.ghost() is None, self.report()
            time.sleep(0.01)

    def ghost(self) -> str | None:
        """Return the suggestion as the extmark draws it, or None."""
        marks = self.lua(
            """
            local space = vim.api.nvim_get_namespaces()['codegen.ghost']
            if not space then return {} end
            return vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })
            """
        )
        if not marks:
            return None
        [(_, _, _, details)] = marks
        lines = [details["virt_text"], *details.get("virt_lines", [])]
        return "\n".join("".join(text for text, _ in line) for line in lines)

    def screen(self) -> list[str]:
        """Return the lines of the screen, without trailing blanks."""
        self.nvim.command("redraw")
        self._see()
        return [row.rstrip() for row in self._screen.frames[-1]]

    def cells(self) -> list[list[tuple[str, dict[str, Any]]]]:
        """Return the cells of the screen with their colours."""
        self.screen()
        return self._screen.cells()

    def frames(self) -> list[list[str]]:
        """Return each state of the screen since the last call, as whole frames reach the user."""
        self._see()
        frames = self._screen.frames
        self._screen.frames = frames[-1:]
        return [[row.rstrip() for row in frame] for frame in frames]

    def next_frames(self) -> list[list[str]]:
        """Wait for anything that Neovim says by itself, and return the frames that came with it."""
        message = self.nvim.next_message()
        known = len(self._screen.frames)
        if message[1] == "redraw":
            self._screen.take(message[2])
        return [["".join(row).rstrip() for row in frame] for frame in self._screen.frames[known:]]

    def _see(self) -> None:
        """Take what Neovim has sent to the screen up to now."""
        self.nvim.command(f"call rpcnotify({self.nvim.channel_id}, 'seen')")
        while (message := self.nvim.next_message())[1] != "seen":
            if message[1] == "redraw":
                self._screen.take(message[2])

    def text(self) -> str:
        """Return the buffer's lines, joined by LF."""
        return "\n".join(self.nvim.current.buffer[:])

    def column(self) -> int:
        """Return the cursor's column, in bytes."""
        column: int = self.nvim.current.window.cursor[1]
        return column

    def mode(self) -> str:
        """Return the mode."""
        mode: str = self.nvim.api.get_mode()["mode"]
        return mode

    def status(self) -> str:
        """Return the statusline component."""
        status: str = self.lua("return require('codegen').status()")
        return status

    def told(self) -> str:
        """Return all notifications so far, one a line."""
        told: list[str] = self.lua("return told")
        return "\n".join(told)

    def servers(self) -> list[int]:
        """Return the process ids of the servers."""
        return _children(self.lua("return vim.uv.os_getpid()"))

    def count_requests(self) -> None:
        """Count from now on, see :meth:`requests`."""
        self.lua(
            """
            _G.counted = {}
            vim.api.nvim_create_autocmd('LspRequest', { callback = function(event)
              local kind = event.data.request.type
              counted[kind] = (counted[kind] or 0) + 1
            end })
            """
        )

    def requests(self, kind: str = "pending") -> int:
        """Return how many requests were sent (``pending``), answered or taken back (``cancel``)."""
        count: int = self.lua("return counted[...] or 0", kind)
        return count

    def report(self) -> str:
        """Return what a failed test wants to know."""
        screen = "\n".join(self.screen())
        return f"{screen}\nmode {self.mode()}, status {self.status()}\n{self.told()}"


def _children(pid: int) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in done.stdout.split()]


@pytest.fixture(scope="session", params=sorted(NEOVIMS))
def program(request: pytest.FixtureRequest) -> str:
    """Give the path of a Neovim of the version named by the parameter."""
    found = NEOVIMS[request.param]
    says = ""
    if found is not None:
        says = subprocess.run(
            [found, "--version"], capture_output=True, text=True, check=True
        ).stdout.split("\n")[0]
    if found is not None and says.startswith(f"NVIM v{request.param}."):
        return found
    reason = f"Neovim {request.param} is not here (found {says or 'none'})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


Start = Callable[..., Editor]


@pytest.fixture
def start(program: str, tmp_path: Path) -> Iterator[Start]:
    """Start Neovims of a test's own."""
    editors: list[Editor] = []

    def begin(*arguments: str, runtime: bool = True, **environment: str) -> Editor:
        home = tmp_path / f"home{len(editors)}"
        home.mkdir()
        editors.append(Editor(program, home, *arguments, runtime=runtime, **environment))
        return editors[-1]

    yield begin
    for editor in editors:
        editor.close()


ANSWERS = {
    "sum": "a + b",
    "block": "for x in a:\n        b += x\n        print(b)",
    "tabs": "for x in a:\n\t\tb +=\tx",
    "astral": "'𠮷𠮷' + naïve(x)",
    "rtl": "'עולם' + عدد(x)",
    "call": "max(a, b)",
    "slow": "a + b",
}
"""What the shared server suggests in a file whose first line is ``# NAME``."""


def script_of(answers: dict[str, str], *, slow_ms: int = 0) -> str:
    """Return a script that gives each answer, however often, where its name stands."""
    tables = [
        f"[[answer]]\nwhen = {json.dumps('# ' + name)}\n"
        f"text = {json.dumps(text, ensure_ascii=False)}\n"
        + (f"read_ms = {slow_ms}\n" if name == "slow" else "")
        for name, text in answers.items()
    ]
    return "repeat = true\n" + "\n".join(tables)


@pytest.fixture(scope="session")
def shared(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Give one Neovim and one server for all tests that leave both alone."""
    editor = Editor(program, tmp_path_factory.mktemp("home"))
    editor.setup(script_of(ANSWERS, slow_ms=200))
    yield editor
    editor.close()


@pytest.fixture
def editor(shared: Editor) -> Editor:
    """Give the shared Neovim as if it were new."""
    shared.keys("<C-\\><C-n>")
    shared.until(lambda: shared.mode() == "n")
    shared.lua("vim.cmd('silent! %bwipeout!'); vim.g.codegen_enabled = nil; _G.told = {}")
    shared.lua("pcall(vim.api.nvim_clear_autocmds, { event = 'LspRequest' })")
    shared.setup(cmd=shared.command)
    return shared
