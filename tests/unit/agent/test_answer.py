"""The function is found in whatever the model wrote around it."""

import pytest

from agent.answer import Answer, Unusable, find_function

FUNCTION = "def add(a, b):\n    return a + b"


@pytest.mark.parametrize(
    "text",
    [
        FUNCTION,
        f"```python\n{FUNCTION}\n```",
        f"```python\n{FUNCTION}",
        f"{FUNCTION}\n```\nThat is all.",
        f"```\n{FUNCTION}\n```\nThis is right because of arithmetic.",
        f"The bug is in line 2.\n\n```python\n{FUNCTION}\n```\n",
        f"Sure! Here it is:\n\n{FUNCTION}\n",
        f"    ```python\n    {FUNCTION.replace(chr(10), chr(10) + '    ')}\n    ```",
        f"```python\n{FUNCTION}\n\n\nprint(add(1, 2))\n```",
        f"```python\nx = 1\n\n{FUNCTION}\n```",
        f"```python\n{FUNCTION}\n```".replace("\n", "\r\n"),
        f"```python\nclass Sums:\n    {FUNCTION.replace(chr(10), chr(10) + '    ')}\n```",
    ],
)
def test_function_is_found(text: str) -> None:
    assert find_function(text, "add") == Answer(FUNCTION)


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{FUNCTION}",
        f"```python\n{FUNCTION}\n",
        f"    ```python\n    {FUNCTION.replace(chr(10), chr(10) + '    ')}",
        f"Sure:\n{FUNCTION}",
        "```python\ndef add(a, b):\n    return a +",
        "The bug is in line",
    ],
)
def test_function_at_the_end_of_a_cut_text_may_go_on(text: str) -> None:
    """A function that was cut off in the middle may well parse."""
    assert find_function(text, "add", cut=True) == Unusable("it was cut off")


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{FUNCTION}\n```",
        f"```python\n{FUNCTION}\n\n\nadd(1,",
        f"```python\n{FUNCTION}\n```\nThat is because",
        f"```python\n{FUNCTION}\n```\n```python\ndef add(a, b):\n    return a",
    ],
)
def test_function_before_the_place_where_a_text_is_cut_is_whole(text: str) -> None:
    assert find_function(text, "add", cut=True) == Answer(FUNCTION)


def test_last_block_counts() -> None:
    """A model that explains quotes the wrong function before it writes the right one."""
    text = (
        f"```python\ndef add(a, b):\n    return a - b\n```\nshould be\n```python\n{FUNCTION}\n```"
    )
    assert find_function(text, "add") == Answer(FUNCTION)


def test_last_block_without_the_function_does_not_hide_an_earlier_one() -> None:
    text = f"```python\n{FUNCTION}\n```\nUse it so:\n```python\nadd(1, 2)\n```"
    assert find_function(text, "add") == Answer(FUNCTION)


def test_imports_before_the_function_are_kept() -> None:
    text = f"```python\nimport math\nfrom os import (\n    path,\n    sep,\n)\n\n{FUNCTION}\n```"
    assert find_function(text, "add") == Answer(
        FUNCTION, ("import math", "from os import path, sep")
    )


def test_imports_are_kept_when_what_follows_is_cut_off() -> None:
    text = f"```python\nimport math\n\n{FUNCTION}\n\ndef more(:\n"
    assert find_function(text, "add") == Answer(FUNCTION, ("import math",))


def test_method_of_the_right_class_is_chosen() -> None:
    text = (
        "class A:\n    def add(self):\n        return 1\n\n\n"
        "class B:\n    def add(self):\n        return 2\n"
    )
    assert find_function(text, "B.add") == Answer("def add(self):\n    return 2")


def test_outer_function_is_chosen_before_an_inner_one_of_its_name() -> None:
    text = (
        "def wrap():\n    def add():\n        pass\n    return add\n\n\ndef add():\n    return 3\n"
    )
    assert find_function(text, "add") == Answer("def add():\n    return 3")


def test_decorators_and_async_are_part_of_it() -> None:
    text = "@cache\nasync def add(a):\n    return a"
    assert find_function(text, "add") == Answer(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no function add"),
        ("I am sorry, I cannot do that.", "it has no function add"),
        ("```python\ndef other():\n    pass\n```", "it has no function add"),
        ("add = lambda a, b: a + b", "it has no function add"),
        ("class add:\n    pass", "it has no function add"),
        ("```python\ndef add(a, b):\n    return a +* b\n```", "its function add does not parse"),
        (
            "```python\ndef add(a, b):\n    return 1\n    return = 2\n```",
            "its function add does not parse",
        ),
    ],
)
def test_what_cannot_be_used_is_told(text: str, reason: str) -> None:
    assert find_function(text, "add") == Unusable(reason)
