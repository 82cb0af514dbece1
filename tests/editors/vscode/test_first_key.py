"""The first keys in a new window bring a suggestion, however busy the window is."""

import pytest

from tests.editors.vscode.conftest import Start

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

NEVER_IDLE = "() => { window.requestIdleCallback = () => 0; }"
"""VS Code makes what listens to keys for suggestions when the window is idle."""


def test_what_is_typed_first_in_a_window_that_is_never_idle_is_suggested_for(start: Start) -> None:
    studio = start()
    studio.show()
    studio.ready()
    studio.page.evaluate(NEVER_IDLE)
    studio.open("# sum\ndef total(a, b):\n    |\n", "first.py")
    studio.type("return ")
    studio.expect("a + b")
