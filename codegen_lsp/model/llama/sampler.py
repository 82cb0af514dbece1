"""Picking the next token: greedy or sampled, free or bound by a grammar.

A grammar check over a vocabulary of 150,000 tokens costs more than the decode itself, so the token
is picked freely first, and the grammar is asked about that one; only when it refuses are all tokens
filtered and the pick made again.
"""

import ctypes
from typing import Any

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from codegen_lsp.errors import UsageError
from codegen_lsp.model.backend import Sampling
from codegen_lsp.model.llama.native import NativeModel

_TOP_K = 64
"""Candidates that sampling looks at: the rest of the distribution is noise."""

_NEGLIGIBLE = 14.0
"""A token whose logit, over the temperature, is this far below the best is drawn once in a million
times; looking at the others only is ten times as fast as sorting 150,000."""

_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """Picks tokens for one generation. ``close`` must be called."""

    def __init__(self, model: NativeModel, sampling: Sampling, grammar: str | None) -> None:
        """Prepare; raises :class:`~codegen_lsp.errors.UsageError` if the grammar is not GBNF."""
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._grammar: Any = None
        if grammar is not None:
            self._grammar = llama_cpp.llama_sampler_init_grammar(
                model.vocab, grammar.encode(), b"root"
            )
            if not self._grammar:
                raise UsageError("the grammar for this answer is not valid GBNF")

    def pick(self, logits: NDArray[np.float32]) -> tuple[int, float]:
        """Return the next token and the natural log of its probability, and remember it.

        The probability is the model's own, before temperature and grammar.
        """
        token = self._draw(logits)
        if self._grammar is not None:
            if not self._allowed(token, logits):
                token = self._draw(self._filtered(logits))
            llama_cpp.llama_sampler_accept(self._grammar, token)
        return token, log_probability(logits, token)

    def close(self) -> None:
        """Free the grammar."""
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)
            self._grammar = None

    def _draw(self, logits: NDArray[np.float32]) -> int:
        if self._sampling.temperature <= 0:
            return int(np.argmax(logits))
        top = np.flatnonzero(logits > logits.max() - _NEGLIGIBLE * self._sampling.temperature)
        top = top[np.argsort(-logits[top], kind="stable")][:_TOP_K]
        scaled = (logits[top] - logits[top[0]]).astype(np.float64) / self._sampling.temperature
        weights = np.exp(scaled)
        weights /= weights.sum()
        kept = int(np.searchsorted(np.cumsum(weights), self._sampling.top_p)) + 1
        weights = weights[:kept] / weights[:kept].sum()
        return int(self._random.choice(top[:kept], p=weights))

    def _allowed(self, token: int, logits: NDArray[np.float32]) -> bool:
        candidates = np.array([(token, logits[token], 0.0)], dtype=_TOKEN_DATA)
        self._apply(candidates)
        return bool(np.isfinite(candidates["logit"][0]))

    def _filtered(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        candidates = np.empty(len(logits), dtype=_TOKEN_DATA)
        candidates["id"] = np.arange(len(logits))
        candidates["logit"] = logits
        candidates["p"] = 0
        self._apply(candidates)
        filtered = np.full_like(logits, -np.inf)
        filtered[candidates["id"]] = candidates["logit"]
        return filtered

    def _apply(self, candidates: NDArray[Any]) -> None:
        array = llama_cpp.llama_token_data_array(
            data=candidates.ctypes.data_as(llama_cpp.llama_token_data_p),
            size=len(candidates),
            selected=-1,
            sorted=False,
        )
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))


def log_probability(logits: NDArray[np.float32], token: int) -> float:
    """Return the natural log of the probability that ``logits`` give to ``token``."""
    highest = logits.max()
    return float(logits[token] - highest - np.log(np.exp(logits - highest).sum()))


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the natural logs of the probabilities of all tokens."""
    shifted = logits - logits.max()
    likely: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum())
    return likely
