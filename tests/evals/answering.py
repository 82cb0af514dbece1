"""Answers items one by one, keeps each answer at once, and goes on where a killed run had ended."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from codegen_lsp.errors import ModelUnavailable, UsageError
from codegen_lsp.model.backend import Model
from codegen_lsp.model.counters import Counters
from tests.evals.kind import Answer, Fields, Kind, Parts
from tests.evals.records import append_record, resume_records

_LOOK_SECONDS = 0.05
_MOST_LOOKS = 10


def answer_items(
    items: Sequence[Fields],
    kind: Kind,
    parts: Parts,
    *,
    output: Path,
    raw: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Fields]:
    """Answer what has no record in ``output`` yet; return the records of ``items``, in order.

    ``raw`` asks the bare model. ``tell`` hears of progress, a line at a time. Raises
    :class:`~codegen_lsp.errors.UsageError` when this kind has no bare model or ``output`` holds
    other answers, and :class:`~codegen_lsp.errors.ModelUnavailable` when the engine ends; what was
    answered by then is kept.
    """
    answer = kind.bare if raw else kind.ours
    if answer is None:
        raise UsageError("this kind has no bare model to compare with", advice="leave out --raw")
    made_by = {"model": parts.settings.model.name, "raw": raw}
    records = resume_records(output, made_by)
    for number, item in enumerate(items, 1):
        if item["id"] in records:
            continue
        record = {**_measured(answer, item, parts), **made_by}
        append_record(output, record)
        records[item["id"]] = record
        tell(f"{number} of {len(items)}: {item['id']} ({record['seconds']:.1f} s)")
    return [records[item["id"]] for item in items]


def _measured(
    answer: Callable[[Fields, Parts], Answer], item: Fields, parts: Parts
) -> dict[str, object]:
    """Answer one item; tokens are all that the model read and wrote for it."""
    before = parts.model.counters()
    started = time.monotonic()
    given = _given(answer, item, parts)
    seconds = time.monotonic() - started
    after = _settled(parts.model)
    return {
        "id": item["id"],
        "output": given.output,
        "dropped": given.dropped,
        "tokens_read": after.tokens_read - before.tokens_read,
        "tokens_written": after.tokens_written - before.tokens_written,
        "tries": given.tries,
        "seconds": round(seconds, 3),
        **given.more,
    }


def _settled(model: Model) -> Counters:
    """Return the counters once they include a generation that was just ended early."""
    counters = model.counters()
    for _ in range(_MOST_LOOKS):
        time.sleep(_LOOK_SECONDS)
        now = model.counters()
        if now == counters:
            break
        counters = now
    return counters


def _given(answer: Callable[[Fields, Parts], Answer], item: Fields, parts: Parts) -> Answer:
    """Answer one item; what cannot be asked of this model is an answer too: nothing, and why."""
    try:
        return answer(item, parts)
    except ModelUnavailable:
        raise
    except UsageError as error:
        return Answer("", dropped=str(error))
