"""A backend that replays given answers: for tests, demonstrations and bug reports.

It ships with the product so that no test needs to patch anything: a server started on a script is
the real server, in real processes, with answers that are known beforehand.
"""

import time
import tomllib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Step,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, Prompt, TextPrompt

SCHEME = "scripted:"
"""A model name that begins with this is the path of a script, not of a model."""


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """One answer: given when ``when`` occurs in the prompt (always, if it is empty).

    ``read_ms`` and ``token_ms`` are how long reading the prompt and writing each word take.
    ``logprob`` is said to be the natural log of each word's probability. As an answer to what a
    text's probability is (:class:`~codegen_lsp.model.backend.Given`), that is what counts, and
    ``when`` must occur in what stands before the text.
    """

    text: str
    when: str = ""
    read_ms: float = 0.0
    token_ms: float = 0.0
    logprob: float = 0.0


class ScriptedBackend:
    """Answers each request with the first matching answer; each is used once unless ``repeat``.

    A request for several texts takes an answer for each; one that only reads, none.
    A request that matches none gets an empty text. The requests seen are kept in ``requests``.
    """

    def __init__(self, answers: list[ScriptedAnswer], *, repeat: bool = False) -> None:
        self._answers = list(answers)
        self._repeat = repeat
        self.requests: list[GenerationRequest] = []
        self._written = 0

    @classmethod
    def from_file(cls, path: Path) -> "ScriptedBackend":
        """Read a TOML script: tables ``[[answer]]`` with the keys of :class:`ScriptedAnswer`.

        ``repeat`` is that of the constructor, ``load_ms`` is how long "loading" takes.

        Raises :class:`~codegen_lsp.errors.ModelUnavailable` when it cannot be read.
        """
        try:
            script = tomllib.loads(path.read_text("utf-8"))
            answers = [ScriptedAnswer(**answer) for answer in script.get("answer", [])]
        except (OSError, ValueError, TypeError) as error:
            raise ModelUnavailable(f"the script {path} cannot be used ({error})") from error
        time.sleep(script.get("load_ms", 0) / 1000)
        return cls(answers, repeat=bool(script.get("repeat", False)))

    def describe(self) -> ModelDescription:
        """Say that answers are scripted."""
        return ModelDescription(
            name="scripted",
            context_tokens=32_768,
            can_fill_in_the_middle=True,
            has_chat_template=True,
            has_file_markers=True,
        )

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        """Yield the answer word by word."""
        self.requests.append(request)
        started = time.monotonic()
        reasons, written = [], 0
        for sample in range(request.samples) if request.max_tokens else ():
            given = request.given[sample] if request.given else None
            answer = self._take(_text_of(request.prompt) + (given.before if given else ""))
            yield from _wait(answer.read_ms)
            words = list(_words(given.text if given else _until_stop(answer.text, request.stop)))
            is_cut = len(words) > request.max_tokens
            reasons.append(FinishReason.LENGTH if is_cut else FinishReason.END)
            left = min(len(words), request.max_tokens)
            for word in words[:left]:
                yield from _wait(answer.token_ms)
                written += given is None
                self._written += given is None
                left -= 1
                yield Piece(word, answer.logprob, sample, None if left else reasons[-1])
        yield Finished(
            reason=reasons[0] if reasons else FinishReason.LENGTH,
            tokens_read=len(_text_of(request.prompt).split()),
            tokens_written=written,
            milliseconds=(time.monotonic() - started) * 1000,
            sibling_reasons=tuple(reasons[1:]),
        )

    def interrupt(self) -> None:
        """Nothing to do: every step ends within 5 ms."""

    def clear_interrupt(self) -> None:
        """Nothing to do."""

    def counters(self) -> Counters:
        """Count requests; a word stands for a token."""
        read = sum(len(_text_of(request.prompt).split()) for request in self.requests)
        return Counters(len(self.requests), read, self._written)

    def idle(self) -> Generator[Speed | None, None, None]:
        """Nothing to do."""
        yield from ()

    def close(self) -> None:
        """Nothing to free."""

    def _take(self, prompt: str) -> ScriptedAnswer:
        for answer in self._answers:
            if answer.when in prompt:
                if not self._repeat:
                    self._answers.remove(answer)
                return answer
        return ScriptedAnswer("")


def _text_of(prompt: Prompt) -> str:
    if isinstance(prompt, ChatPrompt):
        return "\n".join(message.content for message in prompt.messages)
    if isinstance(prompt, TextPrompt):
        return prompt.text
    told = "".join(f"{file.path}\n{file.text}\n" for file in prompt.files)
    return f"{told}{prompt.prefix}<hole>{prompt.suffix}"


def _until_stop(text: str, stop: tuple[str, ...]) -> str:
    ends = [text.find(string) for string in stop if string in text]
    return text[: min(ends, default=len(text))]


def _words(text: str) -> Iterator[str]:
    """Split ``text`` before each space or line end, so that the pieces join to the text."""
    start = 0
    for index in range(1, len(text)):
        if text[index].isspace() and not text[index - 1].isspace():
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _wait(milliseconds: float) -> Iterator[None]:
    """Let time pass in steps of at most 5 ms, as a real model's small batches do."""
    end = time.monotonic() + milliseconds / 1000
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.005))
        yield None
