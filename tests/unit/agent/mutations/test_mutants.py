"""Each slip has its template, and what comes out is the file with one small change."""

import ast
from pathlib import PurePosixPath

import pytest

from agent.mutations.mutants import MAX_MUTANTS, Mutant, mutants
from agent.sources import Source
from codegen_lsp.document.text import Document


def mutants_of(
    text: str, name: str = "f", suspicion: dict[int, float] | None = None
) -> list[Mutant]:
    source = Source(PurePosixPath("a.py"), Document(text, "python"))
    target = source.named(name)
    assert target is not None
    return mutants(source, target, suspicion or {})


SLIPS = {
    "boundary": ("while a < b:\n        a += 1", "while a <= b:\n        a += 1"),
    "comparison": ("return a == b", "return a != b"),
    "operator": ("return a + b", "return a - b"),
    "operand too much": ("return a + b", "return a"),
    "operands swapped": ("return a - b", "return b - a"),
    "parentheses": ("return a * b + 2", "return a * (b + 2)"),
    "absolute value": ("return a - b", "return abs(a - b)"),
    "off by one in a range": ("return list(range(a))", "return list(range(a + 1))"),
    "off by one in an index": ("return b[a]", "return b[a - 1]"),
    "off by one in two indices": ("return b[a, a + 1]", "return b[a - 1, a + 1]"),
    "one too many": ("return a[b + 1]", "return a[b]"),
    "number": ("return a + 1", "return a + 2"),
    "truth value": ("return True", "return False"),
    "and for or": ("return a and b", "return a or b"),
    "condition too much": ("return a and b", "return b"),
    "condition negated": ("if a:\n        return b", "if not a:\n        return b"),
    "condition not negated": ("return not a", "return a"),
    "arguments swapped": ("return g(a, b)", "return g(b, a)"),
    "elements swapped": ("return [a, len(b)]", "return [len(b), a]"),
    "another variable": ("return a", "return b"),
    "another attribute": ("return a.left, b.right", "return a.right, b.right"),
    "missing call": ("return a", "return sorted(a)"),
    "call too much": ("return sorted(a)", "return a"),
    "another method": ("a.append(b)", "a.extend(b)"),
    "the other end": ("return a.pop()", "return a.pop(0)"),
    "another function": ("return min(a, b)", "return max(a, b)"),
    "missing slice": ("for x in a:\n        b += x", "for x in a[1:]:\n        b += x"),
    "missing term": ("b = b + 1\n    return f(a, b)", "b = b + 1\n    return f(a, b - a)"),
    "missing return": ("f(a, b)", "return f(a, b)"),
    "missing yield from": ("yield a\n    f(a, b)", "yield a\n    yield from f(a, b)"),
    "add for assign": ("a = b\n    return a", "a += b\n    return a"),
    "assign for add": ("a += b\n    return a", "a = b\n    return a"),
    "subtract for add": ("a += b\n    return a", "a -= b\n    return a"),
    "statements swapped": ("a = b\n    b = a\n    return b", "b = a\n    a = b\n    return b"),
    "continue for break": (
        "for x in a:\n        if x:\n            break\n        b()",
        "for x in a:\n        if x:\n            continue\n        b()",
    ),
    "return within the loop": (
        "for x in a:\n        b += x\n        return b",
        "for x in a:\n        b += x\n    return b",
    ),
    "missing guard": (
        "while a.next:\n        a = a.next",
        "while a is not None and a.next:\n        a = a.next",
    ),
}


@pytest.mark.parametrize(("wrong", "right"), SLIPS.values(), ids=SLIPS)
def test_the_slip_is_undone_by_one_mutant(wrong: str, right: str) -> None:
    head = "def f(a, b):\n    "
    texts = [ast.dump(ast.parse(mutant.text)) for mutant in mutants_of(head + wrong + "\n")]
    assert ast.dump(ast.parse(head + right)) in texts


def test_everything_else_stays_as_it_is_written() -> None:
    """Comments, quotes, odd layout and line ends, and a byte order mark."""
    text = (
        "\ufeffx = 'é'  # é\r\n\r\n\r\ndef f( a ):  # é\r\n    return a<1  # why\r\n\r\ny = 2\r\n"
    )
    found = mutants_of(text)
    assert found
    before, after = text.split("a<1")
    for mutant in found:
        assert mutant.text.startswith(before.rpartition("return")[0])
        assert mutant.text.endswith(after.partition("\r\n")[2])
    assert text.replace("a<1", "a <= 1") in [mutant.text for mutant in found]


def test_columns_count_in_bytes_and_texts_do_not() -> None:
    text = 'def f(a):\n    return "äöü€𝄞" if a < 1 else a\n'
    assert 'def f(a):\n    return "äöü€𝄞" if a <= 1 else a\n' in [
        mutant.text for mutant in mutants_of(text)
    ]


def test_no_two_mutants_are_the_same_program() -> None:
    found = mutants_of("def f(a, b):\n    return (a + b) * 2 - a[b - 1]\n")
    assert len({mutant.key for mutant in found}) == len(found)


def test_suspicious_lines_come_first() -> None:
    text = "def f(a):\n    b = a + 1\n    c = a + 2\n    return b, c\n"
    found = mutants_of(text, suspicion={3: 1.0, 2: 0.2})
    assert found[0].line == 3
    assert [mutant.score for mutant in found] == sorted(
        (mutant.score for mutant in found), reverse=True
    )


def test_method_in_a_class_keeps_its_indentation() -> None:
    head = "class A:\n    def f(self, a):\n        return a < 1\n\n"
    text = f"{head}    def g(self):\n        return 1\n"
    found = mutants_of(text, "A.f")
    assert text.replace("a < 1", "a <= 1") in [mutant.text for mutant in found]
    assert all("def g(self):\n        return 1\n" in mutant.text for mutant in found)


def test_docstrings_and_f_strings_are_left_alone() -> None:
    text = 'def f(a):\n    """Add 1."""\n    return f"{a + 1}"\n'
    assert all('"""Add 1."""' in mutant.text for mutant in mutants_of(text))
    assert all('f"{a + 1}"' in mutant.text or "pass" in mutant.text for mutant in mutants_of(text))


def test_a_long_function_has_a_bounded_number() -> None:
    body = "".join(f"    a = a + b - {number}\n" for number in range(200))
    assert len(mutants_of(f"def f(a, b):\n{body}    return a\n")) == MAX_MUTANTS


def test_a_file_that_does_not_parse_has_none() -> None:
    assert mutants_of("def f(a):\n    return a < 1\n\ndef g(:\n") == []
