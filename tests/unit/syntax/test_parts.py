"""The parts of a stretch of code, in any language."""

from codegen_lsp.syntax.parts import parts_of

TEXT = "// é𠮷\nconst a = 1;\nfunction f(x) {\n  return x + a;\n}\n"


def test_tokens_have_their_text_and_their_place() -> None:
    parts = parts_of(TEXT, "javascript", 0, len(TEXT))
    tokens = [part for part in parts if part.is_token]
    assert [part.text for part in tokens if part.kind == "identifier"] == ["a", "f", "x", "x", "a"]
    for part in parts:
        assert TEXT[part.start :].startswith(part.text)
        assert TEXT[: part.start].count("\n") + 1 == part.line


def test_only_what_lies_within_is_told() -> None:
    start = TEXT.index("return")
    parts = parts_of(TEXT, "javascript", start, TEXT.index(";", start) + 1)
    assert parts[0].kind == "return_statement"
    assert {part.line for part in parts} == {4}


def test_a_binary_expression_has_operands() -> None:
    parts = parts_of("int f() { return (1 + 2) * g(3); }", "java", 0, 40)
    assert [part.operands for part in parts if part.operands] == [
        ("(1 + 2)", "*", "g(3)"),
        ("1", "+", "2"),
    ]
