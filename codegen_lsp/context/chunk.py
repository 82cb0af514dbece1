"""A piece of other code that the model may be told, and where it comes from."""

from dataclasses import dataclass

from codegen_lsp.context.window import CHARACTERS_PER_TOKEN


@dataclass(frozen=True, slots=True)
class ContextChunk:
    """Some text of ``path``, which is written as a reader of the project would.

    ``source`` names the function that found it, ``score`` says how much it may help: about 1 is
    worth its tokens, more goes first.
    """

    path: str
    text: str
    source: str
    score: float

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same as another."""
        return self.path, self.text

    @property
    def tokens(self) -> int:
        """What it costs, path included; estimated."""
        return int((len(self.path) + len(self.text) + 2) / CHARACTERS_PER_TOKEN) + 2


@dataclass(frozen=True, slots=True)
class ToldContext:
    """What the model is told beside the window, in this order; ``path`` is that of the document.

    ``chosen_for`` is the definition it was chosen for, with what the document imported then.
    """

    path: str
    chunks: tuple[ContextChunk, ...] = ()
    chosen_for: tuple[str, ...] = ()
