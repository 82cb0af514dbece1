"""The engine's start, and the offer to fetch a model that is missing.

Nothing is downloaded unless the user said so: by the button of the offer, or by the command.
"""

from functools import partial
from typing import Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import CodegenError, ModelUnavailable
from codegen_lsp.model.catalog import MODELS, KnownModel, find
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.download import Progress, Report, pull
from codegen_lsp.model.store import FileState, is_path, state_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session
from codegen_lsp.server.status import State

_DOWNLOAD, _NOT_NOW = "Download", "Not now"


async def start_engine(session: Session) -> None:
    """Begin to load the model; offer to fetch it when it is not there."""
    try:
        session.engine.start()
    except ModelUnavailable as error:
        session.status.set(State.MISSING, str(error))
        await _offer_download(session, error)


async def download_model(session: Session, params: t.ExecuteCommandParams | None = None) -> None:
    """Fetch the model of the settings and load it; raises what fetching raises."""
    model = find(session.settings.model.name)
    settings = session.settings
    session.status.set(State.DOWNLOADING, f"fetching {model.name}")
    token = params.work_done_token if params is not None else None
    async with WorkDone(session, f"Fetching {model.name}", token) as progress:

        def work(cancellation: Cancellation) -> None:
            progress.on_cancel(cancellation.cancel)
            pull(
                model,
                settings.model.folder,
                offline=settings.offline,
                progress=partial(_show, session, progress, f"fetching {model.name}"),
                cancellation=cancellation,
            )

        try:
            await session.workers.run("download", work)
        except CodegenError as error:
            session.status.set(State.MISSING, str(error))
            raise
    session.engine.start()


async def list_models(session: Session, _params: t.ExecuteCommandParams) -> list[dict[str, Any]]:
    """Return the models of the catalogue, for a client to choose one (setting ``model.name``)."""
    settings = session.settings.model
    return [
        {
            "name": model.name,
            "size": model.size_text,
            "licence": model.licence,
            "isHere": state_of(model, settings.folder) in {FileState.PRESENT, FileState.VERIFIED},
            "isChosen": model.name == settings.name,
        }
        for model in MODELS
    ]


async def engine_counters(session: Session, _params: object) -> dict[str, float]:
    """Say what the model has done since it was loaded."""
    if not session.engine.ready:
        counters = Counters()
    else:
        counters = await session.workers.run(
            "counters", lambda _cancellation: session.engine.model().counters()
        )
    return {
        "requests": counters.requests,
        "tokensRead": counters.tokens_read,
        "tokensWritten": counters.tokens_written,
        "milliseconds": counters.milliseconds,
    }


async def _offer_download(session: Session, error: ModelUnavailable) -> None:
    name = session.settings.model.name
    if is_path(name) or session.settings.offline:
        session.status.tell(str(error), t.MessageType.Warning)
        return
    model = find(name)
    answer = await session.server.window_show_message_request_async(
        t.ShowMessageRequestParams(
            type=t.MessageType.Info,
            message=_question(model),
            actions=[t.MessageActionItem(title=_DOWNLOAD), t.MessageActionItem(title=_NOT_NOW)],
        )
    )
    if answer is None or answer.title != _DOWNLOAD:
        return
    try:
        await download_model(session)
    except CodegenError as failure:
        session.status.tell(str(failure), t.MessageType.Error)


def _question(model: KnownModel) -> str:
    return (
        f"codegen needs the model {model.name} ({model.size_text}, {model.licence}). "
        "Everything else stays on this machine. Download it now?"
    )


def _show(session: Session, progress: WorkDone, message: str, report: Report) -> None:
    if isinstance(report, Progress):
        percentage = 100 * report.done // report.total
        progress.report(f"{report.phase.value}: {percentage}%", percentage=percentage)
        session.status.set(State.DOWNLOADING, message, percentage)
