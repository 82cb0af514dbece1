"""The question whose turn it is, and as many answers to it as there is room for."""

from pathlib import Path, PurePosixPath

import pytest

from agent.limits import Limits
from agent.question import Question, next_question, request_for, samplings_of
from agent.results import CaseResult, Failure, Verdict
from agent.sources import Sources
from agent.state import FixState, Suspect
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.backend import GREEDY, GenerationRequest
from codegen_lsp.prompt.prompt import ChatPrompt

from .conftest import CALC, CALC_TEST, write_files

FAILED = CaseResult("tests/test_calc.py::test_total", Verdict.FAILED, failure=Failure("Error"))
SUSPECTS = (
    Suspect("calc.py", "total", "called by the test", 2.0),
    Suspect("calc.py", "double", "called by the test", 1.0),
)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """The sums, and their tests."""
    write_files(tmp_path, {"calc.py": CALC, "tests/test_calc.py": CALC_TEST})
    return Sources(tmp_path, PurePosixPath())


def state(*, blocks: int = 0, answers: int = 0, tries: int = 0, tokens: int = 0) -> FixState:
    return FixState(
        targets=(FAILED,),
        suspects=SUSPECTS,
        blocks=blocks,
        answers=answers,
        tries=tries,
        tokens_written=tokens,
    )


def asked(sources: Sources, now: FixState, *, context_tokens: int = 32_768) -> GenerationRequest:
    question, limits = next_question(now, sources), Limits(FixSettings())
    return request_for(question, now, sources, limits, context_tokens)


def width(request: GenerationRequest) -> int:
    return len(samplings_of(request))


def test_function_and_words_are_those_of_the_block(sources: Sources) -> None:
    questions: list[Question] = [next_question(state(blocks=at), sources) for at in range(1, 4)]
    assert [each.target.name for each in questions] == ["total", "total", "double"]
    assert [each.answer_start for each in questions] == ["```python\n", "", "```python\n"]


def test_whole_block_is_asked_for_at_once(sources: Sources) -> None:
    assert samplings_of(asked(sources, state())) == (GREEDY,)
    request = asked(sources, state(blocks=1))
    assert width(request) == 4
    assert len({each.seed for each in samplings_of(request)}) == 4
    assert width(asked(sources, state(blocks=7))) == 16


def test_suspect_that_is_gone_is_a_fault(sources: Sources) -> None:
    gone = FixState(targets=(FAILED,), suspects=(Suspect("calc.py", "gone", "", 1.0),))
    with pytest.raises(LookupError, match=r"gone is no longer in calc\.py"):
        next_question(gone, sources)


def test_no_more_answers_than_the_limits_allow(sources: Sources) -> None:
    """Three for each try that is left, and as many as may be written to their ends."""
    assert width(asked(sources, state(blocks=7, answers=41))) == 7
    assert width(asked(sources, state(blocks=7, tries=15))) == 3
    scarce = asked(sources, state(blocks=7, tokens=18_900))
    assert 1 < width(scarce) < 16
    assert scarce.max_tokens * width(scarce) <= 1100


def test_last_tokens_go_to_one_answer(sources: Sources) -> None:
    last = asked(sources, state(blocks=7, tokens=19_990))
    assert (width(last), last.max_tokens) == (1, 10)


def test_answers_have_room_in_the_model_s_context(sources: Sources) -> None:
    request = asked(sources, state(blocks=7), context_tokens=2048)
    assert isinstance(request.prompt, ChatPrompt)
    read = sum(len(message.content) for message in request.prompt.messages) // 3
    assert 1 < width(request) < 16
    assert read + width(request) * request.max_tokens <= 2048
    assert width(asked(sources, state(blocks=7), context_tokens=100)) == 1
