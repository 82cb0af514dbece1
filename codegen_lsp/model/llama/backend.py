"""The backend that runs a GGUF on this machine, through llama.cpp.

Completions and everything else have a context each: moving a cached suffix costs time in proportion
to the context's size (10 ms a keystroke at 1,024 cells, 23 at 2,048, 95 at 8,192; 1.5B on two
cores), and a review must not push completions out of the cache. The weights are shared. The context
for completions has room for one document's window, as the budget chooses it; other documents wait
in the parking lot. That for chats takes 230 MB with the 1.5B and is made when the first chat comes.
"""

import logging
import time
from collections.abc import Callable, Generator
from functools import cached_property
from pathlib import Path

from codegen_lsp.errors import UsageError
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Step,
)
from codegen_lsp.model.budget import budget_for
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.llama.beams import MOST_BEAMS, write_beams
from codegen_lsp.model.llama.calibration import calibrate
from codegen_lsp.model.llama.native import (
    MAX_OUTPUTS,
    MICRO_BATCH_TOKENS,
    LoadOptions,
    NativeContext,
    NativeModel,
    build_details,
)
from codegen_lsp.model.llama.parking import ParkingLot
from codegen_lsp.model.llama.reading import read_given
from codegen_lsp.model.llama.saved_prompts import load, save, stamp_of
from codegen_lsp.model.llama.slots import Slot, Slots
from codegen_lsp.model.llama.vocabulary import Vocabulary
from codegen_lsp.model.llama.writing import Desk, Written, write_one, write_several
from codegen_lsp.model.lookup import Luck
from codegen_lsp.model.prompt_cache import TokenPrompt, plan
from codegen_lsp.model.speed import Speed, StepTimes
from codegen_lsp.prompt.prompt import ChatPrompt

log = logging.getLogger(__name__)

FIM_SLOTS = 3

PARKED_CHAT_BYTES = 40 * 1024 * 1024
"""Two or three prompts of chats; they are longer than those of completions, and less often back."""

_BETTER = 1.2
"""A speed must be so many times better than the one measured first to change what is chosen."""

CHAT_SLOTS = 3


class LlamaBackend:
    """A :class:`~codegen_lsp.model.backend.Backend` over one GGUF file."""

    def __init__(self, options: LoadOptions, luck: Luck | None = None) -> None:
        """Load the model; raises :class:`~codegen_lsp.errors.ModelUnavailable`.

        ``luck`` decides how far to guess what is written next.
        """
        self._options = options
        self._model = NativeModel(options)
        self.vocabulary = Vocabulary(self._model)
        self._slots: list[Slots] = []
        self._requests = self._tokens_written = 0
        self._times = StepTimes()
        self._luck = luck or Luck()
        self._requests_saved = 0
        self._speed: Speed | None = None
        self._interrupted = False

    def describe(self) -> ModelDescription:
        """Say what is loaded, with llama.cpp's build features as details."""
        return ModelDescription(
            name=self._options.path.stem,
            context_tokens=self._chat_tokens,
            can_fill_in_the_middle=self.vocabulary.fim is not None,
            has_chat_template=self.vocabulary.template is not None,
            has_file_markers=self.vocabulary.file_marker is not None,
            details=(*build_details(), ("threads", str(self._fim.context.threads))),
        )

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        """Work on ``request`` in steps of at most one micro-batch; see the protocol."""
        if len(request.siblings) >= MAX_OUTPUTS:
            raise UsageError(f"at most {MAX_OUTPUTS} samples can be written at once")
        if request.beams > MOST_BEAMS:
            raise UsageError(f"at most {MOST_BEAMS} lines can be searched for at once")
        self._requests += 1
        prompt = self.vocabulary.encode(request.prompt)
        slots = self._slots_for(request, prompt)
        slot = slots.take(prompt)
        try:
            yield from self._generate(slots, slot, prompt, request)
        finally:
            slot.busy = False

    def counters(self) -> Counters:
        """Say what was done since the model was loaded."""
        read = sum(slots.tokens_read for slots in self._slots)
        return Counters(self._requests, read, self._tokens_written)

    def idle(self) -> Generator[Speed | None, None, None]:
        """Measure the speed once, read again what has drifted, keep prompts on disk if asked to."""
        if self._speed is None:
            speed: Speed | None = yield from calibrate(self._fim, self._times)
        else:
            speed = self._better_speed(self._speed)
        if speed is not None:
            self._speed = speed
            yield speed
            if self._fim_cells != self._fim.context.tokens:
                self._fim = self._remade(self._fim, self._fim_cells)
        yield from self._fim.refresh()
        if self._options.prompts is not None and self._requests != self._requests_saved:
            yield from self._keep_prompts(self._options.prompts)

    def _better_speed(self, known: Speed) -> Speed | None:
        """Return the speed as real work showed it, if the machine was busy when it was measured."""
        fastest_ms = min(slots.fastest_read_ms for slots in self._slots)
        reading = max(known.reading, MICRO_BATCH_TOKENS * 1000 / fastest_ms)
        token_ms = min(known.token_ms, self._times(1))
        if reading < _BETTER * known.reading and token_ms * _BETTER > known.token_ms:
            return None
        return Speed(reading, token_ms, known.move_ms)

    def _keep_prompts(self, file: Path) -> Generator[None, None, None]:
        requests, held = self._requests, self._fim.park_all()
        try:
            yield from save(file, stamp_of(self._options.path), held)
        except OSError as error:
            log.warning("prompts cannot be kept in %s: %s", file, error)
        self._requests_saved = requests

    def interrupt(self) -> None:
        """End the step under way early; see the protocol."""
        self._interrupted = True
        for slots in self._slots:
            slots.context.interrupt()

    def clear_interrupt(self) -> None:
        """Let steps run to their end again."""
        self._interrupted = False
        for slots in self._slots:
            slots.context.clear_interrupt()

    def forget(self) -> None:
        """Free all contexts and with them every cached prompt; nothing may be under way."""
        for slots in self._slots:
            slots.context.close()
        self._slots = []
        for made in ("_fim", "_chat"):
            self.__dict__.pop(made, None)

    def close(self) -> None:
        """Free contexts and weights."""
        self.forget()
        self._model.close()

    @property
    def _chat_tokens(self) -> int:
        return min(self._options.context_tokens, self._model.trained_context)

    @property
    def _fim_cells(self) -> int:
        budget = budget_for(self._speed, self._options.target_ms)
        return min(budget.cells, self._chat_tokens)

    @cached_property
    def _fim(self) -> Slots:
        slots = self._made(self._fim_cells, FIM_SLOTS)
        if self._options.prompts is not None:
            slots.parking.fill(load(self._options.prompts, stamp_of(self._options.path)))
        return slots

    @cached_property
    def _chat(self) -> Slots:
        slots = self._made(self._chat_tokens, CHAT_SLOTS)
        slots.parking = ParkingLot(PARKED_CHAT_BYTES)
        return slots

    def _slots_for(self, request: GenerationRequest, prompt: TokenPrompt) -> Slots:
        """Return the slots for a request; those for completions grow when a window needs it."""
        if isinstance(request.prompt, ChatPrompt):
            return self._chat
        needed = min(len(prompt.tokens) + request.max_tokens, self._chat_tokens)
        if needed > self._fim.context.tokens and not self._fim.busy:
            self._fim = self._remade(self._fim, needed)
        return self._fim

    def _remade(self, old: Slots, cells: int) -> Slots:
        """Replace a context by one of another size; what it held waits in the parking lot."""
        new = self._made(cells, FIM_SLOTS)
        new.parking.fill(old.park_all())
        new.tokens_read = old.tokens_read
        self._slots = [slots for slots in self._slots if slots is not old]
        old.context.close()
        return new

    def _made(self, tokens: int, number: int) -> Slots:
        context = NativeContext(self._model, tokens=tokens, sequences=2 * number + MAX_OUTPUTS)
        if self._interrupted:
            context.interrupt()
        slots = Slots(context, number, branches=MAX_OUTPUTS)
        self._slots = [*self._slots, slots]
        return slots

    def _generate(
        self, slots: Slots, slot: Slot, prompt: TokenPrompt, request: GenerationRequest
    ) -> Generator[Step, None, None]:
        started = time.monotonic()
        reads = plan(slot.cached, prompt).reads
        for _ in slots.fill(slot, prompt):
            yield None
        if not request.max_tokens:
            yield Finished(
                FinishReason.LENGTH, tokens_read=reads, tokens_reused=len(prompt.tokens) - reads
            )
            return
        desk = Desk(self._model, self.vocabulary, slots, self._times, self._luck)
        written = Written()
        try:
            yield from _work_on(request)(desk, slot, request, written)
        finally:
            self._tokens_written += written.tokens
        first, *others = written.reasons or [FinishReason.LENGTH]
        yield Finished(
            reason=first,
            tokens_read=reads,
            tokens_reused=len(prompt.tokens) - reads,
            tokens_written=written.tokens,
            milliseconds=(time.monotonic() - started) * 1000,
            sibling_reasons=tuple(others),
        )


def _work_on(
    request: GenerationRequest,
) -> Callable[[Desk, Slot, GenerationRequest, Written], Generator[Step, None, None]]:
    """Return what carries out ``request`` after its prompt was read."""
    if request.given:
        return read_given
    if request.beams:
        return write_beams
    return write_several if request.siblings else write_one
