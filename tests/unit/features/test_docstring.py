"""Documenting whole files, with answers that are known; golden cases show the shapes of code."""

import ast
import json
import keyword
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.docstring import SectionKind, Style
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import Cancelled, InvalidPosition, UsageError
from codegen_lsp.features.docstring import (
    ATTEMPTS,
    AlreadyRight,
    Outcome,
    Refused,
    Written,
    docstring_at,
    documented_text,
    settle,
    write_docstrings,
)
from codegen_lsp.features.docstring_targets import DocstringOptions, Target, read_file, targets
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

GOLDEN = Path(__file__).parents[2] / "golden" / "docstring.toml"
CASES = tomllib.loads(GOLDEN.read_text("utf-8"))["case"]

SEND = "def f(x):\n    send(x)\n"
GOOD = '{"summary": "Send a value to the peer", "parameters": {"x": "The value"}}'
BAD = '{"summary": "F.", "parameters": {"x": "The value"}}'


def scripted(*answers: str, repeat: bool = False) -> ScriptedBackend:
    return ScriptedBackend([ScriptedAnswer(answer) for answer in answers], repeat=repeat)


def run(text: str, backend: ScriptedBackend, **how: Any) -> list[Outcome]:
    document = Document(text, "python", Path("m.py"))
    return list(write_docstrings(document, InProcessModel(backend), **how))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden(case: dict[str, Any]) -> None:
    line_end = "\r\n" if case.get("crlf") else "\n"
    document = Document(case["source"].replace("\n", line_end), "python", Path("m.py"))
    backend = scripted(case.get("answer", ""), repeat=True)
    options = DocstringOptions(style=case.get("style"), force=case.get("force", False))
    (outcome,) = write_docstrings(
        document, InProcessModel(backend), symbol=case.get("symbol"), options=options
    )
    assert bool(backend.requests) is ("answer" in case)
    if "refused" in case:
        assert isinstance(outcome, Refused)
        assert outcome.reason == case["refused"]
    elif "right" in case:
        assert isinstance(outcome, AlreadyRight)
    else:
        assert documented_text(document, [outcome]) == case["expect"].replace("\n", line_end)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_was_written_is_right_and_left_alone_the_next_time(case: dict[str, Any]) -> None:
    if "expect" not in case:
        return
    symbol = case.get("symbol")
    (outcome,) = run(
        case["source"],
        scripted(case.get("answer", "")),
        symbol=symbol,
        options=DocstringOptions(style=case.get("style"), force=case.get("force", False)),
    )
    name = outcome.target.signature.qualified_name
    again = run(case["expect"], scripted(), symbol=name)
    assert AlreadyRight in {type(found) for found in again}


def test_what_fails_a_check_is_asked_for_once_more_with_another_sampling() -> None:
    backend = scripted(BAD, GOOD)
    (outcome,) = run(SEND, backend)
    assert isinstance(outcome, Written)
    assert tuple(request.sampling for request in backend.requests) == ATTEMPTS
    first, second = (request.prompt for request in backend.requests)
    assert first != second


def test_what_fails_twice_is_refused_with_the_last_reason() -> None:
    backend = scripted(GOOD[:-3], BAD, GOOD)
    (outcome,) = run(SEND, backend)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "its summary only repeats the name"
    assert len(backend.requests) == 2


def test_a_refusal_does_not_keep_others_from_being_written() -> None:
    text = SEND + "\n\ndef g(x):\n    send(x)\n"
    outcomes = run(text, scripted(BAD, BAD, GOOD))
    assert [type(outcome) for outcome in outcomes] == [Refused, Written]
    after = documented_text(Document(text), outcomes)
    assert after.startswith(SEND)
    assert "Send a value to the peer." in after


def test_edits_speak_of_the_document_as_it_was() -> None:
    text = "class A:\n    def f(self): pass\n    def g(self): return 1\n"
    answers = (
        '{"summary": "An empty thing"}',
        '{"summary": "Do nothing at all"}',
        '{"summary": "Count what is there", "returns": "How many"}',
    )
    after = documented_text(Document(text), run(text, scripted(*answers)))
    found = [node for node in ast.walk(ast.parse(after)) if isinstance(node, ast.FunctionDef)]
    assert [ast.get_docstring(node) for node in found] == [
        "Do nothing at all.",
        "Count what is there.\n\nReturns:\n    How many.",
    ]


def test_the_style_of_the_file_goes_before_the_default() -> None:
    text = SEND + '\n\ndef g(y):\n    """Do.\n\n    :param y: z\n    """\n'
    options = DocstringOptions(default_style="numpy")
    assert ":param x: The value." in documented_text(
        Document(text), run(text, scripted(GOOD), options=options)
    )
    options = DocstringOptions(style="numpy")
    assert "Parameters\n" in documented_text(
        Document(text), run(text, scripted(GOOD), options=options)
    )


def test_types_are_repeated_where_the_file_does_so() -> None:
    text = (
        "def f(x: int) -> 'A':\n    return send(x)\n\n\n"
        'def g(y: int):\n    """Do.\n\n    Args:\n        y (int): z\n    """\n'
    )
    answer = '{"summary": "Send a value to the peer", "parameters": {"x": "It"}, "returns": "More"}'
    after = documented_text(Document(text), run(text, scripted(answer)))
    assert "    Args:\n        x (int): It.\n\n    Returns:\n        A: More.\n" in after


def test_a_mended_docstring_keeps_to_its_own_style_and_not_to_that_asked_for() -> None:
    text = 'def f(x, y):\n    """Do.\n\n    :param x: z\n    """\n    go()\n'
    outcomes = run(
        text,
        scripted('{"parameters": {"y": "The other"}}'),
        options=DocstringOptions(style="google"),
    )
    assert ":param x: z\n    :param y: The other.\n" in documented_text(Document(text), outcomes)


def test_lines_keep_to_the_length_of_the_project() -> None:
    answer = json.dumps(
        {"summary": "Send a value to the peer", "parameters": {"x": "A value " * 15 + "or so"}}
    )
    for length in (60, 100):
        options = DocstringOptions(line_length=length)
        after = documented_text(Document(SEND), run(SEND, scripted(answer), options=options))
        assert length - 12 < max(map(len, after.split("\n"))) <= length


def test_a_summary_must_fit_its_line() -> None:
    answer = json.dumps(
        {"summary": "Send " + "values " * 8 + "on", "parameters": {"x": "The value"}}
    )
    (outcome,) = run(SEND, scripted(answer, answer), options=DocstringOptions(line_length=60))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "its summary does not fit on one line"
    assert isinstance(run(SEND, scripted(answer))[0], Written)


def test_a_cancelled_run_stops() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        run(SEND, scripted(GOOD), cancellation=cancellation)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (Document("", "go", Path("m.go")), "m.go is not Python"),
        (Document("", None), "this document is not Python"),
        (Document("", "python", Path("m.pyi")), "m.pyi is a stub"),
    ],
)
def test_another_language_is_told_in_one_line(document: Document, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        list(write_docstrings(document, InProcessModel(scripted())))


def test_the_definition_around_a_position() -> None:
    text = "x = 1\n" + SEND + '\n\ndef g():\n    """Do."""\n'
    document, model = Document(text, "python"), InProcessModel(scripted(GOOD))
    assert docstring_at(document, Position(0, 0), model) is None
    written = docstring_at(document, Position(2, 4), model)
    assert isinstance(written, Written)
    assert written.target.signature.name == "f"
    assert isinstance(docstring_at(document, Position(6, 0), model), AlreadyRight)
    with pytest.raises(InvalidPosition):
        docstring_at(document, Position(99, 0), model)


def test_what_needs_no_model_is_settled_without() -> None:
    text = 'def f():\n    """Do.\n\n    Args:\n        x: Gone.\n    """\n    go()\n\n\n' + SEND
    first, second = targets(read_file(Document(text.replace("def f(x)", "def g(x)"), "python")))
    assert isinstance(settle(first, DocstringOptions()), Written)
    assert settle(second, DocstringOptions()) is None


NAMES = st.lists(
    st.from_regex(r"[a-zä_][a-z0-9_]{0,8}", fullmatch=True).filter(
        lambda name: not keyword.iskeyword(name) and name != "self"
    ),
    unique=True,
    max_size=5,
)


@given(NAMES, st.integers(0, 5), st.sampled_from(get_args(Style)), st.booleans(), st.data())
def test_every_signature_is_documented_with_exactly_its_parameters(
    names: list[str],
    cut: int,
    style: Style,
    raises: bool,  # noqa: FBT001 - hypothesis gives it
    data: st.DataObject,
) -> None:
    annotations = [data.draw(st.sampled_from(["", ": int", ": 'A | None'"])) for _ in names]
    header = [name + annotation for name, annotation in zip(names, annotations, strict=True)]
    if cut < len(header):
        header[cut] = "*" + header[cut]
    if cut + 1 < len(header):
        header[-1] = "**" + header[-1]
    body = "raise m.E" if raises else "pass"
    text = f"class A:\n    def f({', '.join(['self', *header])}): {body}\n"
    answer: dict[str, object] = {"summary": "Do what is to be done"}
    if names:
        answer["parameters"] = {name: f"What {name} is" for name in names}
    if raises:
        answer["raises"] = {"m.E": "If so"}
    (outcome,) = run(
        text, scripted(json.dumps(answer)), symbol="A.f", options=DocstringOptions(style=style)
    )
    assert isinstance(outcome, Written)
    after = read_file(Document(documented_text(Document(text), [outcome]), "python"))
    found = Target(after, 1).outline
    assert found is not None
    assert found.names(SectionKind.PARAMETERS) == names
    assert found.names(SectionKind.RAISES) == (["m.E"] if raises else [])
