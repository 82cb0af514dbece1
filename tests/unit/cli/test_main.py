import argparse
from collections.abc import Callable
from typing import NoReturn

import pytest

from codegen_lsp.cli.main import build_parser, carry_out
from codegen_lsp.errors import GitError, ModelUnavailable, UnreadableFile

VERBS = [
    "serve",
    "complete",
    "review",
    "docstring",
    "fix",
    "models",
    "doctor",
    "stats",
    "why",
    "replay",
]


def raising(error: BaseException) -> Callable[[argparse.Namespace], NoReturn]:
    def run(_options: argparse.Namespace) -> NoReturn:
        raise error

    return run


def outcome(error: BaseException, *, debug: bool = False) -> int:
    return carry_out(argparse.Namespace(run=raising(error), debug=debug))


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UnreadableFile("x is binary"), 2, "codegen: x is binary\n"),
        (GitError("no repository", advice="git init"), 2, "codegen: no repository: git init\n"),
        (ModelUnavailable("none"), 3, "codegen: none\n"),
        (KeyboardInterrupt(), 130, "codegen: stopped\n"),
    ],
)
def test_an_error_is_one_line_and_a_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(error) == code
    assert capsys.readouterr().err == line


def test_a_defect_of_ours_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(RuntimeError("that was not expected")) == 70
    said = capsys.readouterr().err
    assert "internal error (RuntimeError: that was not expected)" in said
    assert "--debug" in said
    assert "Traceback" not in said


def test_debug_lets_the_error_through() -> None:
    with pytest.raises(RuntimeError):
        outcome(RuntimeError("x"), debug=True)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_its_options(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([verb, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "--debug" in said or verb == "models"
    assert "%" not in said


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["--version"])
    assert not ended.value.code
    assert capsys.readouterr().out == f"codegen {version('codegen-lsp')}\n"
