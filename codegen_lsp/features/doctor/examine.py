"""``codegen doctor``: everything this product stands on, looked at in one pass.

This is the list of the checks; each is a function of a module beside it that returns what it found
and never raises for it. Nothing is fetched, changed or sent anywhere.
"""

from collections.abc import Callable, Iterator, Sequence

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import Settings
from codegen_lsp.features.doctor import machine, model_files, speed, tools
from codegen_lsp.features.doctor.check import Check
from codegen_lsp.model.backend import Model


def examine(
    settings: Settings,
    *,
    messages: Sequence[str] = (),
    make_model: Callable[[], Model] | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[Check]:
    """Yield the checks one after another, as they are done.

    ``messages`` are the complaints about the configuration file. ``make_model`` gives the model
    whose speed is measured; None leaves that out. Raises only
    :class:`~codegen_lsp.errors.Cancelled`.
    """
    yield machine.python()
    yield machine.version()
    yield machine.configuration(messages)
    yield machine.network(settings)
    yield machine.disk(settings)
    yield (build := model_files.build())
    yield (file := model_files.file(settings))
    if make_model is not None and not build.blocks_model and not file.blocks_model:
        yield (running := speed.threads(settings, make_model))
        if not running.blocks_model:
            yield from speed.speed(settings, make_model, cancellation)
    yield tools.git()
    yield tools.ruff()
    yield tools.agent()
    yield tools.editors()
