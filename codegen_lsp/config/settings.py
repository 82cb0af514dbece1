"""What is true: complete, frozen settings with a default for everything.

What was *sent* (a configuration file, an editor's options, command line flags) is plain nested
mappings with the same names; :mod:`codegen_lsp.config.load` lays those over these.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import platformdirs

DEFAULT_MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"

APP = "codegen-lsp"
"""The folder name under the user's cache, config and state folders."""


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """Which model runs, and how."""

    name: str = DEFAULT_MODEL
    """A name of ``codegen models list``, or the path of a GGUF file."""

    folder: Path = field(default_factory=lambda: platformdirs.user_cache_path(APP) / "models")
    """Where fetched models lie."""

    threads: int = 0
    """Threads for the model; 0 means one for each physical core this process may use."""

    context_tokens: int = 8192
    """How many tokens of all prompts together stay in memory; the model's own limit still holds."""

    keep_prompts: bool = False
    """Whether what the model has read for completions is kept on disk (up to 80 MB, beside the
    models' folder), so that the first completion after a restart is quick."""

    gpu_layers: int = -1
    """Layers to put on a GPU; -1 means all, if llama.cpp was built for one; 0 means none."""


@dataclass(frozen=True, kw_only=True)
class CompletionSettings:
    """Inline completion."""

    enabled: bool = True
    """Whether the editor gets suggestions at all."""

    disabled_languages: tuple[str, ...] = ()
    """LSP language ids that get none."""

    target_ms: int = 400
    """Milliseconds within which a line should be there after a keystroke, the model being warm.

    When it takes longer, the first whole line is shown as soon as it is there; what is chosen below
    is chosen by it and by the speed that the model was measured to have.
    """

    work_ahead: bool = True
    """Whether the model goes on while nobody waits: the rest of what was shown, and what may come
    after it. Off saves power; accepting a suggestion then costs a little time."""

    lines: Literal["auto", "line", "block"] = "auto"
    """How much is suggested at once: never more than a line, as much as a block, or what the place
    asks for: a line in comments and strings, a block where one is empty, else a statement."""

    max_tokens: int = 0
    """The most tokens one suggestion may take; 0 means what can be written in a few targets, and
    128 for one that was asked for by hand."""

    window_before_tokens: int = 0
    """How much text before the cursor the model sees, in tokens (estimated); 0 means chosen."""

    window_after_tokens: int = 0
    """How much text after the cursor the model sees, in tokens (estimated); 0 means chosen."""

    context_tokens: int = 0
    """How much of other files the model is told, in tokens (estimated); 0 means chosen, -1 none.

    They are read while nobody waits, so that in an editor ``work_ahead`` must be on for it."""

    run_examples: bool = True
    """Whether the examples in a Python function's docstring are tried on suggestions for it that
    you ask for by hand. Suggested and surrounding code is run for that: with bubblewrap, without
    network and home, and with nothing but a folder of its own to write to; else it is not."""

    record: str = ""
    """A file to which every request is added, source code included, for ``codegen replay``; empty
    means that nothing is recorded."""


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings:
    """The ledger behind ``codegen stats``: what became of suggestions, without source code."""

    enabled: bool = True
    """Whether it is kept at all."""

    folder: Path = field(default_factory=lambda: platformdirs.user_state_path(APP))
    """Where it lies; it never leaves this machine."""


@dataclass(frozen=True, kw_only=True)
class ReviewSettings:
    """``codegen review``."""

    max_findings: int = 20
    """The most findings of the model that one review shows; those that are proved always are."""


@dataclass(frozen=True, kw_only=True)
class DocstringSettings:
    """``codegen docstring``."""

    style: Literal["google", "numpy", "sphinx"] = "google"
    """How sections are written."""


Isolation = Literal["auto", "required", "off"]


@dataclass(frozen=True, kw_only=True)
class FixSettings:
    """``codegen fix``: the limits of one run, and what is kept of it."""

    max_tries: int = 16
    """Candidates that may be tested."""

    max_seconds: int = 600
    """Seconds for the whole run."""

    max_tokens: int = 20_000
    """Tokens the model may write in the whole run."""

    test_seconds: int = 60
    """Seconds that one run of the tests may take."""

    parallel: int = 4
    """The most candidates that are tested side by side, each in a worktree of its own: no more than
    there are processor cores, and one where no sandbox keeps them apart."""

    mutants: bool = True
    """Whether small changes are tried as well, by template and by filling single lines again: they
    are tried out together and cost little time."""

    sandbox: Isolation = "auto"
    """Whether tests run under bubblewrap: where it works, with a warning where not; only then; or
    never."""

    runs_folder: Path = field(default_factory=lambda: platformdirs.user_state_path(APP) / "runs")
    """Where runs are kept, source code included, so that they can be resumed and looked at."""

    keep_runs: int = 50
    """The most runs that are kept there, the latest."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    model: ModelSettings = ModelSettings()
    completion: CompletionSettings = CompletionSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    review: ReviewSettings = ReviewSettings()
    docstring: DocstringSettings = DocstringSettings()
    fix: FixSettings = FixSettings()

    offline: bool = False
    """Forbids every use of the network, downloads asked for by hand included."""
