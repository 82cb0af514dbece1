"""The order in which a docstring's texts are mended and checked, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from codegen_lsp.filters.drop_docstring_text import (
    drop_control_characters,
    drop_empty_summary,
    drop_empty_text,
    drop_false_return,
    drop_unknown_names,
)
from codegen_lsp.filters.fix_docstring_text import (
    fix_class_summary,
    fix_default_claim,
    fix_property_summary,
    fix_sentence,
    fix_verb,
)
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.trim_docstring_text import trim_summary, trim_unfinished
from codegen_lsp.prompt.docstring_answer import SUMMARY_CODE_POINTS, TEXT_CODE_POINTS
from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.signature import Signature


@dataclass(frozen=True, slots=True)
class About:
    """What a text is about: its name, its annotation and default as in the source."""

    label: str
    annotation: str | None = None
    default: str | None = None


Check = Callable[[str], str | Dropped]


def checked_summary(draft: str, signature: Signature, *, source: str, width: int) -> str | Dropped:
    """Return the summary of a definition, at most ``width`` code points, or drop it."""
    return _through(
        draft,
        (
            partial(trim_unfinished, bound=SUMMARY_CODE_POINTS),
            partial(trim_summary, width=width),
            fix_sentence,
            partial(fix_verb, yields=signature.facts.yields),
            *([fix_class_summary] if signature.kind is Kind.CLASS else []),
            *([fix_property_summary] if signature.is_property else []),
            partial(drop_empty_summary, name=signature.name),
            partial(drop_false_return, gives_value=signature.gives_value),
            partial(drop_unknown_names, source=source),
            drop_control_characters,
        ),
    )


def checked_text(draft: str, about: About, *, source: str) -> str | Dropped:
    """Return what is said of a parameter, a value or an exception, or drop it."""
    return _through(
        draft,
        (
            partial(trim_unfinished, bound=TEXT_CODE_POINTS),
            partial(fix_default_claim, default=about.default),
            fix_sentence,
            partial(drop_empty_text, label=about.label, annotation=about.annotation),
            partial(drop_unknown_names, source=source),
            drop_control_characters,
        ),
    )


def _through(draft: str, checks: Sequence[Check]) -> str | Dropped:
    for check in checks:
        result = check(draft)
        if isinstance(result, Dropped):
            return result
        draft = result
    return draft
