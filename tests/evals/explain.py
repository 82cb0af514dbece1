"""The docstring round trip: whether a docstring is enough to write the function again.

The docstring is written for the code, cut to the item's limit so that it cannot spell the code out,
and the model writes the function from its header and that docstring alone, greedily. The item's
tests decide (HumanEvalExplain of OctoPack, arXiv:2308.07124).
"""

import textwrap

from tests.evals.asking import asked, code_of
from tests.evals.docstring import asked_for, documented
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.programs import program_ends_well

_QUESTION = """\
Complete this Python function. Answer with the whole function in one code block, and nothing else.

```python
{head}```"""
_INDENT = " " * 4


def ours(item: Fields, parts: Parts) -> Answer:
    """Have the product write the docstring."""
    return _round_trip(item, documented(item["code"], item["entry_point"], parts), parts)


def bare(item: Fields, parts: Parts) -> Answer:
    """Have the bare model write the docstring."""
    return _round_trip(item, asked_for(item["code"], item["entry_point"], parts), parts)


def score(item: Fields, record: Fields) -> Scores:
    """Run the tests on the function that was written again."""
    program = record["program"]
    passed = bool(program) and program_ends_well(program + item["test"])
    return {"tests pass": (int(passed), 1)}


def _round_trip(item: Fields, docstring: Answer, parts: Parts) -> Answer:
    if not docstring.output:
        return Answer("", docstring.dropped, more={"program": ""})
    text = docstring.output[: item["docstring_char_limit"]].rstrip().replace('"""', "'''")
    quoted = textwrap.indent(f'"""{text}\n"""\n', _INDENT)
    question = _QUESTION.format(head=item["declaration"].rstrip() + "\n" + quoted)
    answer = code_of(asked(parts.model, question))
    return Answer(docstring.output, more={"program": _program(item, answer)})


def _program(item: Fields, answer: str) -> str:
    """Put the declaration's imports before a function, and all of it before a mere body."""
    head = f"{item['declaration'].rstrip()}\n"
    start = f"def {item['entry_point']}("
    if start not in answer:
        return head + answer
    return head[: head.index(start)] + answer


KIND = Kind(
    needs=("code", "declaration", "entry_point", "docstring_char_limit", "test"),
    ours=ours,
    bare=bare,
    score=score,
)
