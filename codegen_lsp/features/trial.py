"""Tries the examples in a docstring on candidates, and remembers what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from codegen_lsp.features.candidate import Candidate
from codegen_lsp.features.examples import Tried


class Trial:
    """Tries examples on candidates, on each text once; ``tried`` is what came of it, in order."""

    def __init__(self, examples: Callable[[Sequence[str]], Tried | None] | None) -> None:
        """``examples`` tries them on texts; None where nobody can."""
        self._examples = examples
        self._held: dict[str, int | None] = {}
        self.tried: list[Tried] = []

    @property
    def total(self) -> int:
        """How many examples there are, as far as is known."""
        return self.tried[0].total if self.tried else 0

    def without_any(self) -> int | None:
        """Return how many examples hold where nothing is inserted; None where nobody can say."""
        if self._examples is not None and "" not in self._held:
            self._note(self._examples([""]), [""])
        return self._held.get("")

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return ``candidates``; those that passed the checks with how many examples hold."""
        texts = dict.fromkeys(each.checked.text for each in candidates if each.has_passed)
        unknown = [text for text in texts if text not in self._held]
        if self._examples is not None and unknown:
            self._note(self._examples(unknown), unknown)
        return [
            replace(each, held=self._held.get(each.checked.text)) if each.has_passed else each
            for each in candidates
        ]

    def _note(self, results: Tried | None, texts: Sequence[str]) -> None:
        """Note ``results``; where others could be tried, nothing is known of these."""
        if results is None and self.total:
            results = Tried(self.total, (None,) * len(texts))
        if results is not None:
            self.tried.append(results)
            self._held.update(zip(texts, results.held, strict=True))
