"""What the file itself defines beyond the window."""

from collections.abc import Callable
from typing import Any

from codegen_lsp.context.siblings import siblings

At = Callable[..., Any]

FAR = "        # far\n" * 40


def test_methods_beyond_the_window_are_told(at: At) -> None:
    text = f"class A:\n    def go(self, by):\n{FAR}        pass\n\n    def run(self):\n        ¦\n"
    [chunk] = siblings(*at({"a.py": text}))
    assert (chunk.path, chunk.text) == ("a.py", "class A:\n    def go(self, by): ...")


def test_what_the_window_has_is_not_repeated(at: At) -> None:
    text = "class A:\n    def go(self, by):\n        pass\n\n    def run(self):\n        ¦\n"
    assert siblings(*at({"a.py": text})) == []


def test_functions_of_the_file_are_told_when_they_are_used_here(at: At) -> None:
    far = "# far\n" * 60
    text = f"def used(a, b): pass\ndef unused(c): pass\n{far}\nused(¦\n"
    [chunk] = siblings(*at({"a.py": text}))
    assert chunk.text == "def used(a, b): ..."
