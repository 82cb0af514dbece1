"""The server and the client agree on every text, and a server that died comes back."""

from pathlib import Path

import pytest

from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

STORM = (Path(__file__).parent / "storm.js").read_text("utf-8")
STEPS = 500


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_server_has_the_editors_text_after_a_storm(studio: Studio, line_end: str) -> None:
    """A thousand random edits, undos and acceptances in all, with a look after every 25."""
    path = studio.write(f"storm-{len(line_end)}.py", f"# sum{line_end}x = [1, 2]{line_end}")
    done = studio.probe(STORM, path=str(path), steps=STEPS, every=25, seed=20 + len(line_end))
    assert done["checks"] == STEPS // 25
    assert done["edits"] > 300
    assert done["undos"] > 50
    assert done["acceptances"] > 20
    assert studio.save(path) == studio.text()


def test_a_server_that_was_killed_comes_back(studio: Studio) -> None:
    studio.open("# sum\ndef total(a, b):\n    |\n", "killed.py")
    running = "return client?.isRunning() ? client._serverProcess.pid : 0"
    killed = studio.probe(running)
    studio.probe("process.kill(values.killed, 'SIGKILL')", killed=killed)
    studio.until(lambda: studio.probe(running) not in {0, killed})
    studio.until(lambda: studio.status() == "codegen", studio.status)
    studio.type("return ")
    studio.expect("a + b")
    studio.press("Tab")
    studio.until(lambda: studio.text() == "# sum\ndef total(a, b):\n    return a + b\n")
