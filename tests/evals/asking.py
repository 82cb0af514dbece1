"""Questions to the bare model, for comparison, and what is to be had out of its answers."""

import re

from codegen_lsp.model.backend import GenerationRequest, Model, collect
from codegen_lsp.prompt.prompt import ChatPrompt, Message

_FENCED = re.compile(r"```[\w+-]*\n(.*?)(?:```|\Z)", re.DOTALL)


def asked(model: Model, question: str, *, max_tokens: int = 512) -> str:
    """Ask one question, greedily; raises what :meth:`Model.stream` raises."""
    prompt = ChatPrompt((Message("user", question),))
    return collect(model, GenerationRequest(prompt, max_tokens=max_tokens)).text


def code_of(answer: str) -> str:
    """Return the first fenced block of an answer, all of it when there is none."""
    found = _FENCED.search(answer)
    return found.group(1) if found else answer
