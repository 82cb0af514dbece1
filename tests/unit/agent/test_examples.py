"""Examples in docstrings are tried on suggestions, and what is run for that harms nothing."""

import socket
import textwrap
import time
from pathlib import Path

import pytest

from agent.examples import SECONDS_EACH, examples_for, try_examples
from agent.sandbox import find_bubblewrap
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document
from codegen_lsp.errors import Cancelled
from codegen_lsp.features.examples import Tried

pytestmark = pytest.mark.skipif(find_bubblewrap() is None, reason="needs bubblewrap")

DOUBLE = '''\
def double(n):
    """Twice n.

    >>> double(2)
    4

    double(5) == 10
    """
    return ¦
'''


def tried(
    text: str,
    *texts: str,
    path: Path | None = None,
    language: str = "python",
    cancellation: Cancellation | None = None,
) -> Tried | None:
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, language, path)
    return try_examples(document, document.position(len(prefix)), texts, cancellation)


def test_each_text_is_tried() -> None:
    """A module that cannot be loaded says nothing of its function."""
    assert tried(DOUBLE, "2 * n", "n + 2", "n", "unknown", "2 *", "2 * n\nboom()") == Tried(
        2, (2, 1, 0, 0, None, None)
    )


def test_a_value_may_be_written_in_another_way() -> None:
    """A comparison that says no value is one that must hold."""
    session = ">>> name(1)\n    \"n1\"\n    >>> name(2) == 'n2'"
    text = f"def name(n):\n    '''\n    {session}\n    '''\n    return ¦\n"
    assert tried(text, "f'n{n}'", "'n1'", "'n2'", "f'm{n}'") == Tried(2, (2, 1, 1, 0))


def test_a_program_that_says_itself_that_all_holds_is_not_believed() -> None:
    pipes = "for fd in range(3, 30) if 'pipe' in os.path.realpath(f'/proc/self/fd/{fd}')"
    says = f"[os.write(fd, b'+' * 50) for os in [__import__('os')] {pipes}]"
    assert tried(DOUBLE, says, "2 * n") == Tried(2, (None, 2))


def test_line_ends_are_those_of_the_texts() -> None:
    text = DOUBLE.replace("\n", "\r\n")
    assert tried(text, "2 * (\n        n)") == Tried(2, (2,))


@pytest.mark.parametrize(
    ("text", "language"), [("x = ¦\n", "python"), (DOUBLE, "javascript"), ("def f(:¦\n", "python")]
)
def test_where_there_are_no_examples_nothing_is_known(text: str, language: str) -> None:
    assert tried(text, "1", language=language) is None


def test_the_setting_forbids_it() -> None:
    assert examples_for(CompletionSettings(run_examples=False)) is None
    assert examples_for(CompletionSettings()) is try_examples


def test_modules_of_the_project_are_there(tmp_path: Path) -> None:
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (package / "__init__.py").write_text("")
    (package / "rates.py").write_text("RATE = 2\n")
    code = "from dataclasses import dataclass\nfrom .rates import RATE\nfrom shop import rates\n\n"
    code += "@dataclass\nclass Item:\n    price: int\n\n\n" + DOUBLE
    found = tried(code, "RATE * n", "rates.RATE + n", path=package / "prices.py")
    assert found == Tried(2, (2, 1))


def test_what_runs_too_long_is_ended() -> None:
    """Also when it leaves processes that would go on."""
    started = time.monotonic()
    forever = "[n for n in iter(int, 1)]"
    forks = "__import__('os').fork() and n or [n for n in iter(int, 1)]"
    assert tried(DOUBLE, forever, forks, "2 * n") == Tried(2, (0, 0, 2))
    assert time.monotonic() - started < 10 * SECONDS_EACH


def test_it_can_be_cancelled() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        tried(DOUBLE, "2 * n", cancellation=cancellation)


def test_what_is_run_reaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No home, no network, no secrets, nothing to write to, and no way to lie to a terminal."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("years of work")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("API_TOKEN", "secret")
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        harm = f"""\
            import os, pathlib, socket
            found = list[str]()
            def attempt(what):
                try:
                    what()
                    found.append(what.__name__)
                except (OSError, KeyError):
                    pass
            def read_home(): pathlib.Path({str(home / "thesis.txt")!r}).read_text()
            def write_project(): pathlib.Path({str(project)!r}, "new").write_text("x")
            def call_out(): socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), 1)
            def read_secret(): os.environ["API_TOKEN"]
            for each in (read_home, write_project, call_out, read_secret):
                attempt(each)

            def harmless():
                \"\"\"
                >>> harmless()
                []
                \"\"\"
                return ¦
            """
        found = tried(textwrap.dedent(harm), "found", path=project / "harm.py")
        with pytest.raises(TimeoutError):
            server.accept()
    assert found == Tried(1, (1,))
    assert [each.name for each in project.iterdir()] == ["pyproject.toml"]
    assert (home / "thesis.txt").read_text() == "years of work"
