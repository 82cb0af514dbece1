"""Where what other files say goes in a prompt."""

from codegen_lsp.context.chunk import ContextChunk, ToldContext
from codegen_lsp.context.window import Window
from codegen_lsp.prompt.completion import completion_prompt
from codegen_lsp.prompt.prompt import FimPrompt, PromptFile

WINDOW = Window("x = ", "\n", 0, 1)
TOLD = ToldContext(
    "p/a.py",
    tuple(
        ContextChunk(path, text, "siblings", 1.0)
        for path, text in (("b.py", "def b(): ..."), ("b.py", "B = 1"), ("c.py", "C = 1"))
    ),
)


def test_without_anything_to_tell_it_is_the_window_alone() -> None:
    for told in (None, ToldContext("p/a.py")):
        prompt = completion_prompt(WINDOW, told, language="python", has_file_markers=True)
        assert prompt == FimPrompt("x = ", "\n")


def test_pieces_of_one_file_are_told_together() -> None:
    prompt = completion_prompt(WINDOW, TOLD, language="python", has_file_markers=True)
    files = (PromptFile("b.py", "def b(): ...\n\nB = 1"), PromptFile("c.py", "C = 1"))
    assert prompt == FimPrompt("x = ", "\n", files=files, path="p/a.py")


def test_without_file_markers_it_is_a_comment() -> None:
    prompt = completion_prompt(WINDOW, TOLD, language="go", has_file_markers=False)
    assert prompt.files == ()
    assert prompt.prefix == ("// b.py:\n// def b(): ...\n//\n// B = 1\n// c.py:\n// C = 1\n\nx = ")
