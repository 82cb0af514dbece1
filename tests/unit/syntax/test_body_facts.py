"""What a body does, and what only its inner functions do."""

import pytest

from codegen_lsp.syntax.body_facts import BodyFacts, body_facts
from codegen_lsp.syntax.tree import parse


def facts(body: str) -> BodyFacts:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    tree = parse(f"def f():\n{lines}", "python")
    return body_facts(tree, tree.tree.root_node.children[0])


@pytest.mark.parametrize(
    ("body", "raises"),
    [
        ("raise ValueError", ["ValueError"]),
        ("raise ValueError('no') from error", ["ValueError"]),
        ("raise click.UsageError('no')", ["click.UsageError"]),
        ("raise self.Missing(1)", ["Missing"]),
        ("if x:\n    raise B\nraise A\nraise B", ["B", "A"]),
        ("raise", []),
        ("raise error", []),
        ("raise make_error(1)", []),
        ("raise ERRORS[code]", []),
        ("def g():\n    raise ValueError", []),
        ("g = lambda: fail(ValueError)", []),
        ("class A:\n    def g(self):\n        raise ValueError", []),
    ],
)
def test_exceptions_that_are_raised_by_name(body: str, raises: list[str]) -> None:
    assert list(facts(body).raises) == raises


@pytest.mark.parametrize(
    ("handler", "leaves"),
    [
        ("except ValueError:\n    pass", False),
        ("except (KeyError, ValueError) as error:\n    pass", False),
        ("except Exception:\n    pass", False),
        ("except:\n    pass", False),
        ("except* ValueError:\n    pass", False),
        ("except KeyError:\n    pass", True),
        ("except ValueError:\n    log()\n    raise", True),
        ("finally:\n    close()", True),
    ],
)
def test_an_exception_that_is_caught_does_not_leave(handler: str, *, leaves: bool) -> None:
    body = f"try:\n    raise ValueError\n{handler}"
    assert facts(body).raises == (("ValueError",) if leaves else ())


def test_a_builtin_is_caught_by_its_parent() -> None:
    body = "try:\n    raise KeyError\nexcept LookupError:\n    raise RuntimeError"
    assert facts(body).raises == ("RuntimeError",)


def test_a_handler_outside_the_function_is_not_around_it() -> None:
    text = "try:\n    def f():\n        raise ValueError\nexcept ValueError:\n    pass\n"
    tree = parse(text, "python")
    function = tree.tree.root_node.children[0].children[2].children[0]
    assert body_facts(tree, function).raises == ("ValueError",)


@pytest.mark.parametrize(
    ("body", "returns_value", "yields"),
    [
        ("return 1", True, False),
        ("return", False, False),
        ("return None", False, False),
        ("return (None)", True, False),
        ("if x:\n    return\nreturn y", True, False),
        ("def g():\n    return 1", False, False),
        ("yield 1", False, True),
        ("yield", False, True),
        ("yield from x", False, True),
        ("x = yield", False, True),
        ("return [(yield)]", True, True),
        ("def g():\n    yield 1\nreturn g", True, False),
    ],
)
def test_values_that_are_given(body: str, *, returns_value: bool, yields: bool) -> None:
    found = facts(body)
    assert (found.returns_value, found.yields) == (returns_value, yields)


@pytest.mark.parametrize(
    ("body", "is_stub"),
    [
        ("...", True),
        ("pass", True),
        ('"""Say it."""', True),
        ('"""Say it."""\n# later\n...', True),
        ("raise NotImplementedError('later')", True),
        ("raise ValueError", False),
        ("return", False),
        ("go()", False),
    ],
)
def test_a_body_that_does_nothing_is_a_stub(body: str, *, is_stub: bool) -> None:
    assert facts(body).is_stub is is_stub
