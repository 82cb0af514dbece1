"""Commands ``codegen.stats`` and ``codegen.doctor``: reports to read, made where the model is."""

from datetime import date
from typing import Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import UsageError
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session

_DAYS = 30


async def stats(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Return ``{"html": page}``, a page of the argument's last ``days`` that needs nothing else."""
    days = argument_of(params).get("days", _DAYS)
    if type(days) is not int or days < 1:
        raise UsageError(f"{params.command} takes days, from 1")
    feedback = session.settings.feedback

    def work(_cancellation: Cancellation) -> str:
        from codegen_lsp.features.statistics.last_days import statistics_of_last
        from codegen_lsp.features.statistics.page import page_of

        today = date.today()  # noqa: DTZ011 - the user's own calendar
        return page_of(statistics_of_last(days, feedback, today=today))

    return {"html": await session.workers.run("stats", work)}


async def doctor(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Return ``{"text": a line for each check, "problems": number}``; cancelling ends it."""
    async with WorkDone(session, "codegen doctor", params.work_done_token) as progress:

        def work(cancellation: Cancellation) -> dict[str, Any]:
            from codegen_lsp.config.load import load_settings
            from codegen_lsp.features.doctor.check import State, plain
            from codegen_lsp.features.doctor.examine import examine

            progress.on_cancel(cancellation.cancel)
            lines, problems = [], 0
            for check in examine(
                session.settings,
                messages=load_settings().messages,
                make_model=session.engine.model,
                cancellation=cancellation,
            ):
                progress.report(check.name)
                lines.append(plain(check))
                problems += check.state is State.PROBLEM
            return {"text": "".join(f"{line}\n" for line in lines), "problems": problems}

        return await session.workers.run("doctor", work)
