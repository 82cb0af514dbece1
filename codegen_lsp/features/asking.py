"""From a place to what the model is asked: window, budget, prompt.

On a blank line the model is asked from the line's start, and the white space that is there already
is taken off its answer: after three spaces it would have to go on in the middle of a token, and
does so badly.
"""

from dataclasses import dataclass, replace

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.context.window import Window, window_around
from codegen_lsp.document.text import Document, Position
from codegen_lsp.model.backend import GenerationRequest, Model, Priority
from codegen_lsp.model.budget import LONGEST, Budget, budget_for
from codegen_lsp.prompt.completion import completion_prompt


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and the window that it shows.

    ``indent`` is the white space before the cursor that the answer will say again.
    """

    window: Window
    request: GenerationRequest
    indent: str = ""

    @property
    def before(self) -> str:
        """The window's text before the hole, as the model sees it."""
        return self.window.prefix[: len(self.window.prefix) - len(self.indent)]


def question_for(
    document: Document,
    position: Position,
    model: Model,
    settings: CompletionSettings,
    name: str | None,
    *,
    context: ToldContext | None = None,
    by_hand: bool = False,
) -> Question:
    """Return what to ask ``model`` at ``position`` of the document called ``name``.

    ``context`` is what it is told of other files. Raises
    :class:`~codegen_lsp.errors.InvalidPosition`.
    """
    budget = budget_for(model.speed, settings.target_ms)
    window = window_for(document, position, settings, budget)
    indent = _indent(window)
    shown = replace(window, prefix=window.prefix[: len(window.prefix) - len(indent)])
    prompt = completion_prompt(
        shown,
        context,
        language=document.language,
        has_file_markers=context is not None and model.describe().has_file_markers,
    )
    request = GenerationRequest(
        prompt=prompt,
        max_tokens=settings.max_tokens or (LONGEST if by_hand else budget.max_tokens),
        priority=Priority.COMPLETION,
        supersedes=name,
    )
    return Question(window, request, indent)


def window_for(
    document: Document, position: Position, settings: CompletionSettings, budget: Budget
) -> Window:
    """Return the window that a completion looks at."""
    return window_around(
        document,
        position,
        before_tokens=settings.window_before_tokens or budget.window_before,
        after_tokens=settings.window_after_tokens or budget.window_after,
    )


def _indent(window: Window) -> str:
    """Return the white space before the cursor on a line that has nothing else, else nothing."""
    before = window.prefix[window.prefix.rfind("\n") + 1 :]
    after = window.suffix.partition("\n")[0]
    return before if not before.strip() and not after.strip() else ""
