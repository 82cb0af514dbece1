"""What matters for an insertion is cut out of a large file; the answers are those of the whole.

The standard library is the file, and what is done to it is drawn from a seeded generator: each
seed is a case that can be run again.
"""

import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.known_trees import likeness
from codegen_lsp.syntax.problems import InsertionCheck
from codegen_lsp.syntax.surroundings import surroundings

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = ("ast", "calendar", "cmd", "codeop", "configparser", "copy", "dis", "fractions", "heapq")
PYTHON = (
    *("x", "x = 1", "x = (", ")", '"""', "'", "return x\n", "  return", "\n", "\n    ", "f() = 1"),
    *("else:\n        pass", "lse:\n    y", "lif a:\n  pass", "except E:", "finally:\n", "1 2"),
    *("\nx = 1\n", "\n    x = 1\n", "\n        x = 1\n", "@deco\n", "async ", "if x:", "if x:\n"),
    *("try:\n    x\n", "# c", "\\\n", "[", "]", "{", "}", ":", ",", " and y", ".z", "(a, b)"),
    *("def f():\n    pass\n", "\n\ndef g(x):\n    return x", "\nclass A:\n    def h(self): ...\n"),
    *("yield", "lambda:", "f'{x", "f'{x}'", "\N{GREEK SMALL LETTER ALPHA} = 1", "case 1:\n"),
)
JAVASCRIPT = (
    *("x", "x = 1;", "x = (", ")", "`", "'", "return x;\n", "\n", "{", "}", "[", "]", "/*", "*/"),
    *("else { y(); }", "if (x) {", "if (x) {}\n", "// c", "get ", "async ", "class A {}\n", "=>"),
    *("function f() {\n}\n", "\n  g(x) {\n    return x;\n  }\n", "x.map((y) => {\n  y();\n});\n"),
)


def javascript() -> str:
    """Return a script of classes, functions and callbacks."""
    parts = [
        f"export class Counter{number} {{\n"
        f"  constructor(items) {{\n    this.items = items;\n    this.count = {number};\n  }}\n\n"
        f"  add(item) {{\n    if (item.kind === {number}) {{\n      this.items.push(item);\n"
        f"    }} else {{\n      this.count += 1\n    }}\n    return this.count;\n  }}\n}}\n\n"
        f"test('counts {number}', () => {{\n  const counter = new Counter{number}([]);\n"
        f"  counter.add({{ kind: {number} }});\n  expect(counter.count).toBe({number});\n}});\n\n"
        for number in range(12)
    ]
    return "".join(parts)


def test_what_stands_far_away_is_left_out_and_the_headers_stay() -> None:
    methods = [f"    def m{number}(self):\n        return {number}\n\n" for number in range(40)]
    text = "import os\n\n\nclass A:\n" + "".join(methods) + "\nclass B:\n    x = 1\n"
    place = text.index("return 20")
    around = surroundings(text.encode(), place, "python")
    assert around.prefix == (
        "import os\n\n\nclass A:\n"
        "    def m19(self):\n        return 19\n\n"
        "    def m20(self):\n        "
    )
    assert around.suffix == (
        "return 20\n\n"
        "    def m21(self):\n        return 21\n\n"
        "    def m39(self):\n        return 39\n\n\n"
        "class B:\n    x = 1\n"
    )


def test_what_is_broken_stays_however_far_away() -> None:
    """An insertion is compared with the problems there are; they must be there to be counted."""
    functions = [f"def f{number}():\n    return {number}\n\n" for number in range(40)]
    functions[10] = "def f10():\n    return 1 +* 10\n\n"
    text = "".join(functions)
    around = surroundings(text.encode(), text.index("return 30"), "python")
    assert functions[10] in around.prefix
    assert functions[20] not in around.prefix


def test_half_a_line_is_never_left_out() -> None:
    lines = [f"a{number} = {number}; b{number} = {number}\n" for number in range(40)]
    place = len("".join(lines[:20]))
    around = surroundings("".join(lines).encode(), place, "python")
    assert around.prefix.endswith(lines[19])
    assert around.suffix.startswith(lines[20])
    assert set((around.prefix + around.suffix).splitlines(keepends=True)) <= set(lines)


def test_half_a_word_may_become_part_of_what_stands_before_it() -> None:
    functions = "".join(f"def f{number}():\n    return {number}\n\n" for number in range(40))
    check = Buffer(f"{functions}if a:\n    b()\ne", f"\n{functions}", "python").check
    assert not check.adds_problem("lse:\n    c()")
    assert check.adds_problem("lse:\nc()")


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_what_is_left_does_not_grow_with_the_file(language: str) -> None:
    text = (LIBRARY / "fractions.py").read_text("utf-8") if language == "python" else javascript()
    place = text.index("\n", len(text) // 2)
    sizes = [
        surroundings((text * times).encode(), place + len(text) * (times // 2), language).size
        for times in (3, 7)
    ]
    assert sizes[1] <= sizes[0] * 1.1
    assert sizes[0] < len(text) / 2


def test_a_text_is_looked_at_in_the_light_of_the_one_before() -> None:
    """While somebody types, nothing is parsed to find the surroundings."""
    text = (LIBRARY / "fractions.py").read_text("utf-8")
    place = text.index("return", len(text) // 2)
    first = surroundings(text.encode(), place, "python")
    typed = text[:place] + "(" + text[place:]
    then = surroundings(typed.encode(), place + 1, "python")
    assert then.near.known is first.near.known
    assert (then.prefix, then.suffix) == (first.prefix + "(", first.suffix)


def test_a_first_look_at_a_line_half_written_sees_the_file_without_it() -> None:
    """An open string or bracket makes an error of the whole rest; without the line it is whole."""
    text = (LIBRARY / "configparser.py").read_text("utf-8")
    place = text.index("\n", text.index("def ", len(text) // 2))
    broken = text[:place] + '\n        x = """' + text[place:]
    around = surroundings(broken.encode(), place + len('\n        x = """'), "python")
    assert around.size < len(text) / 4


def test_where_python_cannot_read_the_file_it_has_no_say() -> None:
    """A file for another version of Python is completed in the words of that version."""
    old = 'print "one"\n' + "".join(f"def f{number}():\n    pass\n\n" for number in range(40))
    whole = old.replace('print "one"\n', "print(1)\n")
    for text, adds in ((old, False), (whole, True)):
        place = text.index("pass", len(text) // 2)
        check = Buffer(text[:place], text[place:], "python").check
        assert check.adds_problem('print "two"; ') is adds


def test_an_error_that_was_mended_no_longer_counts() -> None:
    functions = "".join(f"def f{number}():\n    return {number}\n\n" for number in range(40))
    broken, mended = "x = (\n" + functions, "x = 1\n" + functions
    assert not Buffer(broken[:5], broken[5:], "python").check.is_whole
    place = mended.index("return 20")
    check = Buffer(mended[:place], mended[place:], "python").check
    assert check.adds_problem("  y = 1\n    ")
    assert not likeness(mended.encode(), "python").known.is_broken


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_is_that_of_the_whole_file_in_python(seed: int) -> None:
    texts = [(LIBRARY / f"{module}.py").read_text("utf-8") for module in MODULES]
    assert disagreements(texts, "python", PYTHON, seed) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_answer_is_that_of_the_whole_file_in_javascript(seed: int) -> None:
    assert disagreements([javascript()], "javascript", JAVASCRIPT, seed) == []


def disagreements(
    texts: list[str], language: str, snippets: tuple[str, ...], seed: int
) -> list[tuple[str, str, str]]:
    """Return insertions into whole buffers on which the two checks disagree.

    In a buffer that is broken already, the number of errors that a parser counts depends on where
    it goes on after one; there no two parsers need to agree.
    """
    chance = random.Random(seed)  # noqa: S311 - a case that can be run again, not a secret
    found = []
    for _ in range(12):
        for prefix, suffix in history(chance.choice(texts), snippets, chance):
            check = Buffer(prefix, suffix, language).check
            whole = InsertionCheck(prefix, suffix, language)
            for inserted in insertions(prefix + suffix, snippets, chance):
                agree = check.adds_problem(inserted) == whole.adds_problem(inserted)
                if not agree and whole.is_whole:
                    found.append((prefix[-80:], inserted, suffix[:80]))
    return found


def history(
    text: str, snippets: tuple[str, ...], chance: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield places in a text that is edited a few times, as the checks would come to see it."""
    for _ in range(chance.choice([1, 2, 3])):
        place = chance.randrange(len(text) + 1)
        if chance.random() < 0.5:  # where a line begins
            place = text.find("\n", place) + 1
            while chance.random() < 0.8 and text[place : place + 1] == " ":
                place += 1
        yield text[:place], text[place:]
        if chance.random() < 0.6:
            text = text[:place] + chance.choice(snippets) + text[place:]
        else:
            text = text[:place] + text[place + chance.randrange(1, 30) :]


def insertions(text: str, snippets: tuple[str, ...], chance: random.Random) -> Iterator[str]:
    for _ in range(4):
        if chance.random() < 0.3:
            start = chance.randrange(len(text))
            yield text[start : start + chance.randrange(1, 80)]
        else:
            yield "".join(chance.choices(snippets, k=chance.choice([1, 1, 2])))
