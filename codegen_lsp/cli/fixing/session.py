"""What the runs of one command share: the model, and what is told of them while they go on."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.graph import require_langgraph
from agent.run import Frame
from agent.runs import Run
from agent.tools import Aim, Event
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.cli.first_use import ensure_model
from codegen_lsp.cli.fixing.ask import ask
from codegen_lsp.config.settings import Settings
from codegen_lsp.engine import Engine
from codegen_lsp.model.backend import Model
from codegen_lsp.model.store import model_sha256


@dataclass
class Session:
    """One command's runs; ``run`` is the one that was begun last."""

    model: Model
    settings: Settings
    asks: bool = False
    keep_prompts: bool = False
    focus: str | None = None
    run: Run | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)

    @property
    def frame(self) -> Frame:
        """What is wanted of a run beside the fix."""
        fix = self.settings.fix
        return Frame(
            runs=fix.runs_folder,
            most_runs=fix.keep_runs,
            on_run=self._begun,
            keep_prompts=self.keep_prompts,
            model=self.settings.model.name,
            aim=Aim(function=self.focus),
            ask=ask if self.asks else None,
            model_sha256=lambda: model_sha256(self.settings),
        )

    def show(self, event: Event) -> None:
        """Tell what goes on."""
        print(f"codegen: {event.seconds:6.1f} s  {event.step:<10} {event.text}", file=sys.stderr)

    def _begun(self, run: Run) -> None:
        self.run = run
        print(f"codegen: run {run.id}", file=sys.stderr)


@contextmanager
def session(
    settings: Settings,
    *,
    asks: bool = False,
    keep_prompts: bool = False,
    focus: str | None = None,
) -> Iterator[Session]:
    """Open the model, and see that it is closed; say how a run that is broken off can go on.

    One Ctrl-C is enough, and an end by signal cleans up as well.
    """
    require_langgraph()
    ensure_model(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engine = Engine(settings)
    opened = None
    try:
        opened = Session(engine.model(), settings, asks, keep_prompts, focus)
        yield opened
    except BaseException:
        if opened is not None and opened.run is not None and opened.run.report() is None:
            print(
                f"codegen: codegen fix --resume {opened.run.id} goes on from here", file=sys.stderr
            )
        raise
    finally:
        engine.close()
