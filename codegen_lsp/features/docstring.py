"""Documenting Python code: a checked edit for each function or class, or why there is none.

Read from top to bottom it is the pipeline: what is wanted, what the model answers under a grammar
made from the signature, how that is mended and laid out, and what is checked in the file as it
would be. It writes to no file and knows neither LSP nor argparse. Which definitions are concerned
is decided in :mod:`codegen_lsp.features.docstring_targets`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position, TextEdit, apply_edits
from codegen_lsp.features.docstring_edit import (
    layout_for,
    mended_docstring,
    summary_width,
    whole_docstring,
)
from codegen_lsp.features.docstring_targets import (
    DocstringOptions,
    State,
    Target,
    documented_parameters,
    read_file,
    target_at,
    targets,
    targets_named,
    wanted_for,
)
from codegen_lsp.filters.docstring_pipeline import About, checked_summary, checked_text
from codegen_lsp.filters.drop_changed_code import drop_changed_code
from codegen_lsp.filters.drop_wrong_docstring import drop_wrong_docstring
from codegen_lsp.filters.place import Dropped
from codegen_lsp.model.backend import GREEDY, GenerationRequest, Model, Sampling, collect
from codegen_lsp.prompt.docstring import docstring_prompt
from codegen_lsp.prompt.docstring_answer import Answer, Wanted, answer_grammar, read_answer

ATTEMPTS = (GREEDY, Sampling(temperature=0.7, top_p=0.95, seed=1))
"""How the model is asked: what fails a check is written anew once, then refused."""

_TOKENS_PER_TEXT = 64
_TOKENS_BESIDES = 32


@dataclass(frozen=True)
class Written:
    """``edit`` gives the target a right docstring; it speaks of the document as it was."""

    target: Target
    edit: TextEdit


@dataclass(frozen=True)
class Refused:
    """No docstring passes the checks; ``reason`` says what was wrong with the last one."""

    target: Target
    reason: str


@dataclass(frozen=True)
class AlreadyRight:
    """The target's docstring contradicts nothing, and was not to be replaced."""

    target: Target


Outcome = Written | Refused | AlreadyRight


def write_docstrings(
    document: Document,
    model: Model,
    *,
    symbol: str | None = None,
    options: DocstringOptions | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[Outcome]:
    """Document ``symbol``, or all that :func:`~.docstring_targets.targets` finds, one by one.

    Raises :class:`~codegen_lsp.errors.UsageError` for a file that is not Python and for an unknown
    symbol, and what :meth:`~codegen_lsp.model.backend.Model.stream` raises.
    """
    file = read_file(document)
    for target in targets(file) if symbol is None else targets_named(file, symbol):
        yield write_docstring(target, model, options=options, cancellation=cancellation)


def docstring_at(
    document: Document,
    position: Position,
    model: Model,
    *,
    options: DocstringOptions | None = None,
    cancellation: Cancellation | None = None,
) -> Outcome | None:
    """Document the innermost definition around ``position``; None when there is none.

    Raises what :func:`write_docstrings` raises, and
    :class:`~codegen_lsp.errors.InvalidPosition`.
    """
    target = target_at(read_file(document), position)
    if target is None:
        return None
    return write_docstring(target, model, options=options, cancellation=cancellation)


def write_docstring(
    target: Target,
    model: Model,
    *,
    options: DocstringOptions | None = None,
    cancellation: Cancellation | None = None,
) -> Outcome:
    """Give ``target`` a right docstring, if that can be done; raises what the model raises."""
    options = options or DocstringOptions()
    settled = settle(target, options)
    if settled is not None:
        return settled
    wanted = wanted_for(target, whole=_is_whole(target, options))
    reason: str | None = None
    for sampling in ATTEMPTS:
        request = _request(target, wanted, sampling, dropped=reason)
        answer = read_answer(collect(model, request, cancellation).text, wanted)
        result = _edit_from(target, answer, options)
        if isinstance(result, TextEdit):
            return Written(target, result)
        reason = result.reason
    return Refused(target, reason or "no answer was usable")


def settle(target: Target, options: DocstringOptions) -> Outcome | None:
    """Return the outcome for a target that needs no model, None for one that does."""
    if target.signature.has_error:
        return Refused(target, "it has a syntax error")
    if target.state is State.RIGHT and not options.force:
        return AlreadyRight(target)
    if wanted_for(target, whole=_is_whole(target, options)).count:
        return None
    result = _edit_from(target, Answer(), options)
    return (
        Written(target, result) if isinstance(result, TextEdit) else Refused(target, result.reason)
    )


def documented_text(document: Document, outcomes: Iterable[Outcome]) -> str:
    """Return the text of ``document`` with what was written for it."""
    return apply_edits(document, [done.edit for done in outcomes if isinstance(done, Written)])


def _is_whole(target: Target, options: DocstringOptions) -> bool:
    return target.state is State.MISSING or options.force


def _request(
    target: Target, wanted: Wanted, sampling: Sampling, *, dropped: str | None
) -> GenerationRequest:
    document = target.file.document
    prompt = docstring_prompt(
        document.text,
        target.signature,
        target.file.signatures,
        wanted,
        file_name=document.path.name if document.path is not None else "untitled.py",
        dropped=dropped,
    )
    return GenerationRequest(
        prompt,
        max_tokens=_TOKENS_BESIDES + _TOKENS_PER_TEXT * wanted.count,
        sampling=sampling,
        grammar=answer_grammar(wanted),
    )


def _edit_from(
    target: Target, answer: Answer | None, options: DocstringOptions
) -> TextEdit | Dropped:
    """Make the edit out of an answer, and check it in the file as it would be."""
    if answer is None:
        return Dropped("the answer broke off")
    layout = layout_for(target, options)
    checked = _checked(target, answer, summary_width(layout))
    if isinstance(checked, Dropped):
        return checked
    whole = _is_whole(target, options)
    edit = (whole_docstring if whole else mended_docstring)(target, checked, layout)
    before = target.file.document.text
    after = apply_edits(target.file.document, [edit])
    verdict = drop_changed_code(before, after)
    if isinstance(verdict, str):
        names = documented_parameters(target.signature) if whole else None
        verdict = drop_wrong_docstring(after, target.number, target.signature, parameters=names)
    return edit if isinstance(verdict, str) else verdict


def _checked(target: Target, answer: Answer, width: int) -> Answer | Dropped:
    """Mend and check each text of an answer; the first that is dropped drops all."""
    source = target.file.document.text
    summary = answer.summary
    if summary is not None:
        draft = checked_summary(summary, target.signature, source=source, width=width)
        if isinstance(draft, Dropped):
            return draft
        summary = draft
    values = {"returns": answer.returns, "yields": answer.yields}
    checked = [
        _checked_texts(drafts, target)
        for drafts in (
            answer.parameters,
            {key: text for key, text in values.items() if text is not None},
            answer.raises,
        )
    ]
    texts = [part for part in checked if not isinstance(part, Dropped)]
    if len(texts) < len(checked):
        return next(part for part in checked if isinstance(part, Dropped))
    parameters, given, raises = texts
    return Answer(
        summary=summary,
        parameters=parameters,
        returns=given.get("returns"),
        yields=given.get("yields"),
        raises=raises,
    )


def _checked_texts(drafts: dict[str, str], target: Target) -> dict[str, str] | Dropped:
    """Check the texts about parameters, values or exceptions, by their keys in the answer."""
    parameters = {parameter.name: parameter for parameter in target.signature.parameters}
    texts: dict[str, str] = {}
    for key, draft in drafts.items():
        known = parameters.get(key)
        about = About(key) if known is None else About(key, known.annotation, known.default)
        text = checked_text(draft, about, source=target.file.document.text)
        if isinstance(text, Dropped):
            return text
        texts[key] = text
    return texts
