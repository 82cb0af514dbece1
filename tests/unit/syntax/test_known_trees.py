from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.syntax.known_trees import KnownTree, likeness
from codegen_lsp.syntax.tree import parse_bytes

WHOLE = b"".join(b"def f%d():\n    return %d\n\n" % (number, number) for number in range(500))


@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=40))
def test_a_likeness_says_where_two_texts_differ(start: int, removed: int, added: bytes) -> None:
    added = added.decode("latin-1").encode()
    source = WHOLE[:start] + added + WHOLE[start + removed :]
    found = likeness(source, "python")
    known = found.known.tree.source
    end = found.end + found.growth
    assert source[: found.start] == known[: found.start]
    assert source[end:] == known[found.end :]
    assert end >= found.start


def test_the_same_text_has_the_same_tree() -> None:
    first, second = likeness(WHOLE, "python"), likeness(WHOLE, "python")
    assert second.known is first.known
    assert first.is_same
    assert second.is_same


def test_each_language_has_its_own_tree_of_a_text() -> None:
    assert likeness(b"x = 1", "python").known is not likeness(b"x = 1", "javascript").known


def test_a_text_that_differs_much_is_parsed() -> None:
    known = likeness(WHOLE, "python").known
    assert likeness(WHOLE + b"x = 1\n" * 20, "python").known is known
    assert likeness(WHOLE + b"x = 1\n" * 1000, "python").known is not known


def test_the_tree_of_a_broken_text_stands_in_for_few_others() -> None:
    broken = b"x = (\n" + WHOLE.replace(b"return", b"yield")
    known = likeness(broken, "python").known
    assert known.is_broken
    assert likeness(broken + b"y", "python").known is known
    assert likeness(broken + b"x = 1\n" * 20, "python").known is not known


MIXED = b"".join(
    b"# about %d\n@cache\ndef f%d():\n    return %d\n\nx = 1; y = 2\nif x:\n    y\nelse:\n    x\n"
    % (number, number, number)
    for number in range(500)
)


def test_python_reads_a_long_text_that_it_is_shown_in_parts() -> None:
    assert len(list(KnownTree(parse_bytes(MIXED, "python")).parts())) > 1
    assert KnownTree(parse_bytes(MIXED, "python")).python_reads


@given(st.integers(0, 499))
def test_python_refuses_a_text_with_one_thing_that_only_the_grammar_accepts(number: int) -> None:
    wrong = MIXED.replace(b"# about %d\n" % number, b'print "x"\n')
    tree = parse_bytes(wrong, "python")
    assert not tree.tree.root_node.has_error
    assert not KnownTree(tree).python_reads


def test_the_parts_of_a_text_are_all_of_it() -> None:
    for source in (MIXED, WHOLE, b"", b"x = (\n" + WHOLE):
        assert b"".join(KnownTree(parse_bytes(source, "python")).parts()) == source
