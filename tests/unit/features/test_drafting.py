import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from codegen_lsp.features.drafting import Drafting
from codegen_lsp.filters.place import Place
from codegen_lsp.model.backend import Finished, FinishReason, Piece
from codegen_lsp.syntax.extent import Extent


@dataclass(frozen=True)
class Watched(Place):
    """A place that notes which drafts are looked at ahead of the checks."""

    foreseen: list[str] = field(default_factory=list)

    def foresee(self, draft: str) -> None:
        self.foreseen.append(draft)
        super().foresee(draft)


def drafted(pieces: list[str], seconds: float) -> Drafting:
    """Collect ``pieces`` for the body of a function, each written in so many seconds."""

    def steps() -> Iterator[Piece | Finished]:
        for text in pieces:
            time.sleep(seconds)
            yield Piece(text)
        yield Finished(FinishReason.END)

    place = Watched("def f(a):\n    ", "\n", "python", extent=Extent.ALL)
    drafting = Drafting(place)
    drafting.run(steps())
    return drafting


def foreseen(drafting: Drafting) -> list[str]:
    assert isinstance(drafting.place, Watched)
    return drafting.place.foreseen


PIECES = ["b = ", "a\n", "    c = b\n", "    return (c"]


def test_whole_lines_are_looked_at_while_the_model_writes_the_next() -> None:
    drafting = drafted(PIECES, seconds=0.005)
    assert foreseen(drafting) == ["b = a\n", "b = a\n    c = b\n"]
    assert drafting.draft == "".join(PIECES)


def test_what_was_written_before_is_not_looked_at_line_by_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("codegen_lsp.features.drafting._WAITED_SECONDS", 60)  # of a busy machine
    drafting = drafted(PIECES, seconds=0)
    assert foreseen(drafting) == []
    assert drafting.draft == "".join(PIECES)
