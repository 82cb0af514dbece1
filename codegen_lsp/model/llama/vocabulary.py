"""Text to tokens and back, with markers and chat template taken from the GGUF itself.

User text is always tokenised with special tokens switched off: a ``<|im_end|>`` in somebody's
source code is five ordinary tokens here, never a marker. Only the chat template's own text may hold
markers, so the template is rendered with placeholders, and the pieces between them are tokenised
apart.
"""

import ctypes
import secrets
from dataclasses import dataclass
from functools import cached_property

import llama_cpp
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from codegen_lsp.errors import UsageError
from codegen_lsp.model.llama.native import NativeModel
from codegen_lsp.model.prompt_cache import TokenPrompt
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Prompt, TextPrompt

_NO_TOKEN = -1


@dataclass(frozen=True, slots=True)
class FimMarkers:
    """The ids of the three fill-in-the-middle markers."""

    prefix: int
    suffix: int
    middle: int


class Vocabulary:
    """The tokeniser of one model."""

    def __init__(self, model: NativeModel) -> None:
        self._model = model
        self._vocab = model.vocab

    @cached_property
    def fim(self) -> FimMarkers | None:
        """The fill-in-the-middle markers, or None when the model has none."""
        markers = FimMarkers(
            prefix=llama_cpp.llama_vocab_fim_pre(self._vocab),
            suffix=llama_cpp.llama_vocab_fim_suf(self._vocab),
            middle=llama_cpp.llama_vocab_fim_mid(self._vocab),
        )
        found = _NO_TOKEN not in (markers.prefix, markers.suffix, markers.middle)
        return markers if found else None

    @cached_property
    def file_marker(self) -> int | None:
        """The id of the marker before each file of a repository, or None when there is none."""
        marker: int = llama_cpp.llama_vocab_fim_sep(self._vocab)
        return None if marker == _NO_TOKEN else marker

    @cached_property
    def template(self) -> Jinja2ChatFormatter | None:
        """The chat template in the GGUF, or None when there is none."""
        source = self._model.chat_template()
        if source is None:
            return None
        return Jinja2ChatFormatter(
            template=source,
            eos_token=self._piece_of(llama_cpp.llama_vocab_eos(self._vocab)),
            bos_token=self._piece_of(llama_cpp.llama_vocab_bos(self._vocab)),
        )

    def encode(self, prompt: Prompt) -> TokenPrompt:
        """Return ``prompt`` in tokens.

        Raises :class:`~codegen_lsp.errors.UsageError` when the model has no markers or no template
        for this kind of prompt, and for an empty text.
        """
        if isinstance(prompt, FimPrompt):
            return self._encode_fim(prompt)
        if isinstance(prompt, TextPrompt):
            return self._encode_text(prompt)
        return TokenPrompt(self._encode_chat(prompt))

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Return the tokens of ``text``; marker text counts as markers only with ``special``."""
        data = text.encode("utf-8", "replace")
        buffer = (llama_cpp.llama_token * (len(data) + 8))()
        count = llama_cpp.llama_tokenize(
            self._vocab, data, len(data), buffer, len(buffer), False, special
        )
        return list(buffer[:count])

    def piece(self, token: int) -> bytes:
        """Return the bytes that ``token`` stands for; they may be a part of a character."""
        buffer = ctypes.create_string_buffer(256)
        length = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
        return buffer.raw[: max(0, length)]

    def ends(self, token: int) -> bool:
        """Say whether ``token`` ends a text: an end marker, or any other marker.

        Small models run into the next file's markers instead of ending.
        """
        vocab = self._vocab
        return bool(
            llama_cpp.llama_vocab_is_eog(vocab, token)
            or llama_cpp.llama_vocab_is_control(vocab, token)
        )

    def _encode_fim(self, prompt: FimPrompt) -> TokenPrompt:
        markers = self.fim
        if markers is None:
            raise UsageError(
                "this model cannot fill in the middle (its vocabulary has no markers for it)",
                advice="choose another one, see codegen models list",
            )
        prefix, suffix = self.tokenize(prompt.prefix), self.tokenize(prompt.suffix)
        before = [*self._encode_files(prompt), markers.prefix, *prefix, markers.suffix]
        start = len(before)
        return TokenPrompt([*before, *suffix, markers.middle], range(start, start + len(suffix)))

    def _encode_text(self, prompt: TextPrompt) -> TokenPrompt:
        if not prompt.text:
            raise UsageError("there is no text to go on with")
        return TokenPrompt(self.tokenize(prompt.text))

    def _encode_files(self, prompt: FimPrompt) -> list[int]:
        """Return the files before the hole, each tokenised by itself so that its tokens stay."""
        if not prompt.files:
            return []
        if self.file_marker is None:
            raise UsageError("this model cannot be told other files (it has no markers for them)")
        tokens: list[int] = []
        for file in prompt.files:
            tokens += [self.file_marker, *self.tokenize(f"{file.path}\n{file.text}\n")]
        return [*tokens, self.file_marker, *self.tokenize(f"{prompt.path}\n")]

    def _encode_chat(self, prompt: ChatPrompt) -> list[int]:
        if self.template is None:
            raise UsageError(
                "this model cannot follow instructions (it has no chat template)",
                advice="choose an instruct model, see codegen models list",
            )
        mark = secrets.token_hex(8)
        placeholders = [f"{mark}:{index}:" for index in range(len(prompt.messages))]
        rendered: str = self.template(
            messages=[
                {"role": message.role, "content": placeholder}
                for message, placeholder in zip(prompt.messages, placeholders, strict=True)
            ]
        ).prompt
        tokens: list[int] = []
        for message, placeholder in zip(prompt.messages, placeholders, strict=True):
            before, found, rendered = rendered.partition(placeholder)
            if not found:
                raise UsageError("this model's chat template drops or reorders messages")
            tokens += self.tokenize(before, special=True) + self.tokenize(message.content)
        tokens += self.tokenize(rendered, special=True)
        return tokens + self.tokenize(prompt.answer_start)

    def _piece_of(self, token: int) -> str:
        if token == _NO_TOKEN:
            return ""
        text = llama_cpp.llama_vocab_get_text(self._vocab, token)
        return text.decode("utf-8", "replace") if text else ""
