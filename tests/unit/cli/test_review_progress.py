import io

from codegen_lsp.cli.review_progress import ReviewProgress
from codegen_lsp.features.review import PassageDone, PassageStarted


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(stream: io.StringIO, seconds: float) -> str:
    progress = ReviewProgress(stream)
    progress.started(PassageStarted(1, 3, "a.py", 7, "A.f"))
    progress.done(PassageDone(1, 3, seconds))
    progress.started(PassageStarted(2, 3, "b\x1b.py", 1, None))
    progress.say("words")
    progress.end()
    return stream.getvalue()


def test_without_a_terminal_there_are_lines() -> None:
    assert run(io.StringIO(), 10.0) == (
        "codegen: reviewing 1/3: a.py:7 A.f\n"
        "codegen: reviewing 2/3: b .py:1, about 20 s left\n"
        "codegen: words\n"
    )


def test_on_a_terminal_one_line_is_written_over_and_gone_in_the_end() -> None:
    shown = run(_Terminal(), 10.0)
    assert shown.count("\n") == 1
    assert shown.endswith("\r\x1b[2K")


def test_long_times_are_minutes() -> None:
    assert "about 10 min left" in run(io.StringIO(), 300.0)
