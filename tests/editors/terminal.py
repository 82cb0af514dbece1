"""A program in a real terminal: keys go in, the screen comes out. The terminal is tmux's."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

WAIT_SECONDS = 20
LOOK_SECONDS = 0.05
WIDTH, HEIGHT = 100, 30


def needed(*programs: str) -> None:
    """Skip the test where one of these is not installed; in CI that is a failure."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


class Terminal:
    """One program in a terminal of its own, with ``codegen`` and its scripted answers on PATH."""

    def __init__(self, home: Path, command: list[str], *, script: str) -> None:
        self._socket = home / "tmux"
        (home / "script.toml").write_text(script, "utf-8")
        model = f'[model]\nname = "scripted:{home / "script.toml"}"\n'
        (home / "config.toml").write_text(model, "utf-8")
        # Only what is needed: other language servers on this machine must not answer, too.
        programs = home / "bin"
        programs.mkdir()
        (programs / "codegen").symlink_to(Path(sys.executable).with_name("codegen"))
        variables = {
            **{f"XDG_{name}_HOME": home / name.lower() for name in ("CACHE", "CONFIG", "STATE")},
            "HOME": home,
            "CODEGEN_CONFIG": home / "config.toml",
            "PATH": f"{programs}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }
        environment = [f"{name}={value}" for name, value in variables.items()]
        size = ("-x", str(WIDTH), "-y", str(HEIGHT))
        self._tmux("new-session", "-d", *size, "env", *environment, *command)

    def close(self) -> None:
        """End the program whatever it does."""
        self._tmux("kill-server", check=False)

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names: ``Enter``, ``C-x``, ``M-<``."""
        self._tmux("send-keys", "--", *keys)

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._tmux("send-keys", "-l", "--", text)

    def screen(self) -> str:
        """Return what is on the screen, without trailing blanks."""
        return self._tmux("capture-pane", "-p").rstrip()

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is true; counted is how often was looked."""
        for _ in range(round(WAIT_SECONDS / LOOK_SECONDS)):
            if happened():
                return
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"it did not happen:\n{self.screen()}")

    def expect(self, text: str) -> None:
        """Wait until ``text`` is on the screen."""
        self.until(lambda: text in self.screen())

    def expect_file(self, path: Path, text: str) -> None:
        """Wait until a file has been written with exactly this text."""

        def is_written() -> bool:
            try:
                return path.read_bytes().decode() == text
            except FileNotFoundError:  # an editor may put a new file in the old one's place
                return False

        self.until(is_written)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-S", str(self._socket), "-f", os.devnull, *arguments]
        return subprocess.run(command, check=check, capture_output=True, text=True).stdout
