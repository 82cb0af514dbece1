import json

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.diff import Hunk
from codegen_lsp.document.text import Document
from codegen_lsp.prompt.review import (
    Claim,
    findings_grammar,
    findings_prompt,
    read_claims,
    verdict_prompt,
)

TEXT = "def f(x):\n    y = x + 1\n    return y\n"


def passage(*shown: range, name: str | None = None, text: str = TEXT) -> Passage:
    hunk = Hunk(dict(enumerate(text.split("\n"), 1)), frozenset({2}), {2: ("    y = x",)})
    file = ChangedFile("pkg/a.py", Document(text, "python"), (hunk,))
    return Passage(file, name, shown or (range(1, 4),), frozenset({2}))


def claim(**changes: object) -> dict[str, object]:
    return {"quote": "y", "category": "bug", "message": "m", **changes}


def test_new_lines_are_marked_and_old_ones_are_not_in_the_first_question() -> None:
    question = verdict_prompt(passage()).messages[-1].content
    assert "  def f(x):\n+     y = x + 1\n      return y\n" in question
    assert "    y = x\n" not in question


def test_the_second_question_goes_on_from_the_first_and_shows_what_is_gone() -> None:
    first, second = verdict_prompt(passage()), findings_prompt(passage())
    assert second.messages[: len(first.messages)] == first.messages
    assert second.messages[len(first.messages)].role == "assistant"
    assert "-     y = x\n" in second.messages[-1].content


def test_prompts_begin_alike_for_every_passage() -> None:
    one, other = verdict_prompt(passage()), verdict_prompt(passage(text="a\nb\n", name="A.f"))
    assert one.messages[0] == other.messages[0]


def test_the_enclosing_definition_is_named_and_gaps_are_drawn() -> None:
    question = verdict_prompt(passage(range(1, 2), range(3, 4), name="A.f")).messages[-1].content
    assert "pkg/a.py (in A.f)" in question
    assert "  def f(x):\n  ...\n      return y\n" in question


def test_a_very_long_line_is_cut() -> None:
    question = verdict_prompt(passage(text="x\n" + "y" * 10_000 + "\nz\n")).messages[-1].content
    assert len(question) < 1_000


def test_text_that_looks_like_a_template_stays_text() -> None:
    question = verdict_prompt(passage(text="$code\n${path} $$\n---\n")).messages[-1].content
    assert "  $code\n+ ${path} $$\n  ---\n" in question


def test_an_empty_list_is_no_claims() -> None:
    assert read_claims("]") == ()


def test_claims_are_read() -> None:
    answer = f"{json.dumps(claim())}, {json.dumps(claim(replacement='z'))}]"
    plain = Claim("y", "bug", "m")
    assert read_claims(answer) == (plain, Claim("y", "bug", "m", "z"))


def test_an_answer_that_was_cut_off_keeps_its_whole_claims() -> None:
    answer = f"{json.dumps(claim())}, {json.dumps(claim())}"
    assert len(read_claims(answer[:-9]) or ()) == 1
    assert read_claims(json.dumps(claim())[:-9]) is None


@pytest.mark.parametrize("answer", ["", "Yes.", "[[", "{", '{"quote": }', "42", "null"])
def test_what_is_no_answer_is_none(answer: str) -> None:
    assert read_claims(answer) is None


@pytest.mark.parametrize(
    "item", [{}, claim(quote=3), claim(message=None), {"quote": "y"}, claim(category=["bug"])]
)
def test_a_claim_with_missing_or_wrong_fields_is_no_claim(item: dict[str, object]) -> None:
    assert read_claims(f"{json.dumps(item)}]") == ()


def test_the_grammar_bounds_every_string() -> None:
    grammar = findings_grammar(passage())
    assert "char*" not in grammar
    assert "char+" not in grammar


@pytest.mark.parametrize(
    ("line", "literal"),
    [
        ("    y = x + 1", r'"y = x + 1"'),
        ('print("a")', r'"print(\\\"a\\\")"'),
        (r"re.sub('\d', x)", r'"re.sub(' + r"'\\\\d', x)" + '"'),
        ("a\tb é $x", r'"a\\tb é $x"'),
    ],
)
def test_only_the_added_lines_can_be_quoted(line: str, literal: str) -> None:
    assert f"quote    ::= {literal}\n" in findings_grammar(passage(text=f"def f(x):\n{line}\n"))


def test_a_line_that_is_too_long_to_be_shown_cannot_be_quoted() -> None:
    assert 'quote    ::= ""\n' in findings_grammar(passage(text="x\n" + "y" * 1000 + "\n"))
