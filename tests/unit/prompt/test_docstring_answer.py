"""The form of an answer; that llama.cpp takes the grammar is tried in ``tests/real_model``."""

import json

import pytest

from codegen_lsp.prompt.docstring_answer import (
    Answer,
    Wanted,
    answer_form,
    answer_grammar,
    read_answer,
)

ALL = Wanted(
    summary=True, parameters=("a", "größe"), returns=True, yields=True, raises=("ValueError", "m.E")
)
ANSWER = {
    "summary": "Do.",
    "parameters": {"a": "One.", "größe": "Two."},
    "returns": "Three.",
    "yields": "Four.",
    "raises": {"ValueError": "If a.", "m.E": "If b."},
}


def root(wanted: Wanted) -> str:
    return answer_grammar(wanted).split("\n")[0]


def test_the_root_rule_spells_out_every_key_in_order() -> None:
    literals = root(ALL).replace(" summary ", " ").replace(" text ", " ").replace(" if ", " ")
    keys = [
        "summary",
        "parameters",
        "a",
        "größe",
        "returns",
        "yields",
        "raises",
        "ValueError",
        "m.E",
    ]
    places = [literals.index(f'\\"{key}\\": ') for key in keys]
    assert places == sorted(places)
    assert literals.count('\\": ') == len(keys)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(summary=True), 'root    ::= "{" "\\"summary\\": " summary "}"'),
        (Wanted(summary=True, of_class=True), 'root    ::= "{" "\\"summary\\": " thing "}"'),
        (
            Wanted(parameters=("a", "b")),
            'root    ::= "{" "\\"parameters\\": {" "\\"a\\": " text ", " "\\"b\\": " text "}" "}"',
        ),
        (Wanted(raises=("E",)), 'root    ::= "{" "\\"raises\\": {" "\\"E\\": " if "}" "}"'),
    ],
)
def test_only_what_is_wanted_is_in_the_grammar(wanted: Wanted, expected: str) -> None:
    assert root(wanted) == expected


def test_ascii_code_is_documented_in_ascii() -> None:
    assert "[A-Z]\n" in answer_grammar(Wanted(summary=True))
    assert "\\uFFFD" in answer_grammar(Wanted(summary=True, ascii_only=False))


def test_the_form_names_the_members() -> None:
    assert answer_form(ALL) == (
        '"summary", "parameters" (a, größe), "returns", "yields", "raises" (ValueError, m.E)'
    )


def test_an_answer_is_read() -> None:
    assert read_answer(json.dumps(ANSWER), ALL) == Answer(**ANSWER)  # type: ignore[arg-type]  # a mapping of mixed values


def test_an_answer_to_a_part_is_read() -> None:
    found = read_answer('{"parameters": {"a": "One."}}', Wanted(parameters=("a",)))
    assert found == Answer(parameters={"a": "One."})


@pytest.mark.parametrize(
    "change",
    [
        {"summary": None},
        {"summary": ["Do."]},
        {"parameters": {"a": "One."}},
        {"parameters": {"a": "One.", "größe": "Two.", "c": "Three."}},
        {"parameters": {"a": "One.", "größe": 2}},
        {"parameters": "none"},
        {"raises": {}},
    ],
)
def test_an_answer_of_another_form_is_none(change: dict[str, object]) -> None:
    assert read_answer(json.dumps({**ANSWER, **change}), ALL) is None


@pytest.mark.parametrize("text", ["", "{", '{"summary": "Do.', "[]", "3", '"x"'])
def test_what_is_no_object_is_none(text: str) -> None:
    assert read_answer(text, ALL) is None


def test_a_member_that_is_missing_or_not_asked_for_is_none() -> None:
    assert read_answer("{}", Wanted(summary=True)) is None
    assert read_answer('{"summary": "Do.", "returns": "x"}', Wanted(summary=True)) is None


def test_texts_are_counted() -> None:
    assert ALL.count == 7
    assert Wanted().count == 0
