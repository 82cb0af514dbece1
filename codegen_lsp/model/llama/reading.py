"""How likely given texts are after a prompt: read instead of written.

What stands below the cursor says much about what stands at it. Of several lines that may be
inserted, the one after which the text below is likeliest is more often the right one than the one
the model would write.
"""

from collections.abc import Generator, Sequence

from codegen_lsp.model.backend import FinishReason, GenerationRequest, Given, Piece, Step
from codegen_lsp.model.llama.native import MAX_OUTPUTS, Row
from codegen_lsp.model.llama.sampler import log_probability
from codegen_lsp.model.llama.slots import Slot
from codegen_lsp.model.llama.vocabulary import Vocabulary
from codegen_lsp.model.llama.writing import Desk, Written


def read_given(
    desk: Desk, slot: Slot, request: GenerationRequest, written: Written
) -> Generator[Step, None, None]:
    """Yield for each of ``request.given`` its tokens as pieces; the slot keeps the prompt alone.

    Each text gets a branch, one after the other. The first token's probability is that after the
    prompt when nothing stands before it.
    """
    slots, start = desk.slots, len(slot.cached.tokens)
    first = slots.context.logits().copy()
    for number, given in enumerate(request.given):
        tokens, asked = _tokens(desk.vocabulary, given)
        del tokens[slots.context.tokens - start :]
        [branch] = slots.open_branches(slot, 1)
        try:
            logits = first
            for at in range(0, len(tokens), MAX_OUTPUTS):
                chunk = tokens[at : at + MAX_OUTPUTS]
                rows = _rows(chunk, start + at, branch, asked - at - 1)
                while not slots.write_branches(rows):
                    yield None
                pieces = []
                for offset, token in enumerate(chunk):
                    if at + offset >= asked:
                        text = desk.vocabulary.piece(token).decode("utf-8", "replace")
                        pieces.append(Piece(text, log_probability(logits, token), number))
                    if rows[offset].logits:
                        logits = slots.context.logits(offset)
                logits = logits.copy()
                slots.tokens_read += len(chunk)
                yield from pieces
                yield None
        finally:
            slots.close_branch(branch)
        written.reasons.append(FinishReason.END)


def _tokens(vocabulary: Vocabulary, given: Given) -> tuple[list[int], int]:
    """Return the tokens of both parts, and the number of those whose probability is not asked for.

    They are tokenised together, as they would stand in a file: one token may belong to both, and
    is asked for then.
    """
    tokens = vocabulary.tokenize(given.before + given.text)
    left, asked = len(given.before.encode("utf-8", "replace")), 0
    while asked < len(tokens) and (length := len(vocabulary.piece(tokens[asked]))) <= left:
        left -= length
        asked += 1
    return tokens, asked


def _rows(chunk: Sequence[int], position: int, branch: int, first_wanted: int) -> list[Row]:
    return [
        Row(token, position + at, branch, logits=at >= first_wanted)
        for at, token in enumerate(chunk)
    ]
