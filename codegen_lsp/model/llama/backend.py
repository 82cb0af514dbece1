"""The backend that runs a GGUF on this machine, through llama.cpp.

Completions and everything else have a context each: moving a cached suffix costs time in proportion
to the context's size (13 ms a keystroke at 1,024 cells, 95 ms at 8,192, 1.5B on two cores), and a
review must not push completions out of the cache. The weights are shared.
"""

import codecs
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Step,
)
from codegen_lsp.model.llama.native import LoadOptions, NativeContext, NativeModel, build_details
from codegen_lsp.model.llama.sampler import Sampler
from codegen_lsp.model.llama.slots import Slot, Slots
from codegen_lsp.model.llama.vocabulary import Vocabulary
from codegen_lsp.model.prompt_cache import TokenPrompt, plan
from codegen_lsp.model.stop_strings import StopStrings
from codegen_lsp.prompt.prompt import FimPrompt

FIM_CONTEXT_TOKENS = 2048
"""Cells for completions: about three documents' windows."""

FIM_SLOTS = 3
CHAT_SLOTS = 3


class LlamaBackend:
    """A :class:`~codegen_lsp.model.backend.Backend` over one GGUF file."""

    def __init__(self, options: LoadOptions) -> None:
        """Load the model; raises :class:`~codegen_lsp.errors.ModelUnavailable`."""
        self._options = options
        self._model = NativeModel(options)
        self.vocabulary = Vocabulary(self._model)
        chat_tokens = min(options.context_tokens, self._model.trained_context)
        fim_tokens = min(FIM_CONTEXT_TOKENS, chat_tokens)
        self._fim = self._slots(fim_tokens, FIM_SLOTS)
        self._chat = self._slots(chat_tokens, CHAT_SLOTS)

    def describe(self) -> ModelDescription:
        """Say what is loaded, with llama.cpp's build features as details."""
        return ModelDescription(
            name=self._options.path.stem,
            context_tokens=self._chat.context.tokens,
            can_fill_in_the_middle=self.vocabulary.fim is not None,
            has_chat_template=self.vocabulary.template is not None,
            details=(*build_details(), ("threads", str(self._chat.context.threads))),
        )

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        """Work on ``request`` in steps of at most one batch; see the protocol."""
        prompt = self.vocabulary.encode(request.prompt)
        slots = self._fim if isinstance(request.prompt, FimPrompt) else self._chat
        sampler = Sampler(self._model, request.sampling, request.grammar)
        try:
            slot = slots.take(prompt)
            try:
                yield from _Generation(self, slots, slot, sampler, request).run(prompt)
            finally:
                slot.busy = False
        finally:
            sampler.close()

    def interrupt(self) -> None:
        """End the step under way early; see the protocol."""
        self._fim.context.interrupt()
        self._chat.context.interrupt()

    def clear_interrupt(self) -> None:
        """Let steps run to their end again."""
        self._fim.context.clear_interrupt()
        self._chat.context.clear_interrupt()

    def close(self) -> None:
        """Free contexts and weights."""
        self._fim.context.close()
        self._chat.context.close()
        self._model.close()

    def _slots(self, tokens: int, number: int) -> Slots:
        return Slots(NativeContext(self._model, tokens=tokens, sequences=2 * number), number)


@dataclass(slots=True)
class _Generation:
    """One request on its way through one slot."""

    backend: LlamaBackend
    slots: Slots
    slot: Slot
    sampler: Sampler
    request: GenerationRequest

    def run(self, prompt: TokenPrompt) -> Iterator[Step]:
        started = time.monotonic()
        reads = plan(self.slot.cached, prompt).reads
        for _ in self.slots.fill(self.slot, prompt):
            yield None
        reason, written = yield from self._write(len(prompt.tokens))
        yield Finished(
            reason=reason,
            tokens_read=reads,
            tokens_reused=len(prompt.tokens) - reads,
            tokens_written=written,
            milliseconds=(time.monotonic() - started) * 1000,
        )

    def _write(self, prompt_tokens: int) -> Generator[Step, None, tuple[FinishReason, int]]:
        """Generate, and return why it ended and how many tokens were written."""
        vocabulary, context = self.backend.vocabulary, self.slots.context
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        stop = StopStrings(self.request.stop)
        room = min(self.request.max_tokens, context.tokens - prompt_tokens)
        for written in range(room):
            token, logprob = self.sampler.pick(context.logits())
            if vocabulary.ends(token):
                yield Piece(stop.feed(decoder.decode(b"", final=True)) + stop.flush(), logprob)
                return FinishReason.END, written
            yield Piece(stop.feed(decoder.decode(vocabulary.piece(token))), logprob)
            if stop.stopped:
                return FinishReason.STOP, written + 1
            while written + 1 < room and not self.slots.append(self.slot, token):
                yield None
        yield Piece(stop.flush())
        return FinishReason.LENGTH, room
