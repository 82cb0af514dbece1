"""What a model is shown of a function or class."""

from codegen_lsp.prompt.docstring import CODE_CODE_POINTS, docstring_prompt, shown_code
from codegen_lsp.prompt.docstring_answer import Wanted
from codegen_lsp.syntax.signature import signatures
from codegen_lsp.syntax.tree import parse

CLASS = """\
import os


class Stack(list):
    limit = 3

    def __init__(self, items):
        self.items = items

    @property
    def top(self):
        return self.items[-1]

    async def push(self, item):
        self.items.append(item)
"""


def shown(text: str, name: str) -> str:
    every = signatures(parse(text, "python"))
    return shown_code(text, next(s for s in every if s.qualified_name == name), every)


def prompt(text: str, name: str, dropped: str | None = None) -> tuple[str, str]:
    every = signatures(parse(text, "python"))
    chosen = next(s for s in every if s.qualified_name == name)
    wanted = Wanted(summary=True, parameters=("item",))
    chat = docstring_prompt(text, chosen, every, wanted, file_name="stack.py", dropped=dropped)
    system, user = chat.messages
    return system.content, user.content


def test_the_instructions_are_the_same_for_every_definition() -> None:
    """So the engine reads them once."""
    assert prompt(CLASS, "Stack.push")[0] == prompt("def f(item): go()\n", "f")[0]


def test_a_method_is_shown_with_its_class_and_its_siblings() -> None:
    user = prompt(CLASS, "Stack.push")[1]
    assert "File: stack.py\n" in user
    assert "class Stack(list):\n" in user
    assert "Other methods: __init__, top\n" in user
    assert "async def push(self, item):\n    self.items.append(item)\n" in user
    assert 'has: "summary", "parameters" (item).' in user


def test_a_function_has_no_class() -> None:
    assert "method" not in prompt("def f(item): go()\n", "f")[1]


def test_a_second_try_is_told_what_was_wrong() -> None:
    user = prompt(CLASS, "Stack.push", "its summary is empty")[1]
    assert user.endswith("An earlier answer was not good: its summary is empty.")


def test_dollars_and_separators_in_code_are_text() -> None:
    user = prompt('def f(item):\n    go("$path", """\n---\n""")\n', "f")[1]
    assert '"$path"' in user
    assert "\n---\n" in user


def test_a_class_is_shown_without_the_bodies_of_its_methods() -> None:
    assert shown(CLASS, "Stack") == (
        "class Stack(list):\n    limit = 3\n\n"
        "    def __init__(self, items):\n        self.items = items\n\n"
        "    @property\n    def top(self): ...\n\n"
        "    async def push(self, item): ..."
    )


def test_of_a_docstring_only_the_summary_is_shown() -> None:
    """A model would copy what is stale."""
    text = 'def f(x):\n    """Do\n    it.\n\n    Args:\n        y: z\n    """\n    go(x)\n'
    assert shown(text, "f") == 'def f(x):\n    """Do it."""\n    go(x)'
    assert shown('def f(): "Do.\\n\\nMore."; go()\n', "f") == 'def f():\n    """Do."""; go()'
    text = 'class A:\n    """An A.\n\n    More.\n    """\n\n    def f(self):\n        go()\n'
    assert shown(text, "A") == 'class A:\n    """An A."""\n\n    def f(self): ...'


def test_code_is_shown_without_its_indentation_and_with_lf() -> None:
    text = "class A:\r\n    def f(self):\r\n        go()\r\n"
    assert shown(text, "A.f") == "def f(self):\n    go()"


def test_a_long_function_is_cut_in_its_middle() -> None:
    body = "".join(f"    step_{number} = {number}\n" for number in range(1000))
    code = shown(f"def f():\n{body}    return step_0\n", "f")
    assert len(code) <= CODE_CODE_POINTS + 40
    lines = code.split("\n")
    assert lines[0] == "def f():"
    assert lines[-1] == "    return step_0"
    (marker,) = [line for line in lines if "..." in line]
    assert int(marker.split()[2]) == 1002 - (len(lines) - 1)


def test_a_function_of_few_long_lines_still_shows_its_header() -> None:
    code = shown("def f():\n    x = '" + "y" * 9000 + "'\n    return x\n", "f")
    assert code.startswith("def f():\n    x = 'yy")
    assert len(code) < 300
