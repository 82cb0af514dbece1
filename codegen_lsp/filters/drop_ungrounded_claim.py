"""A claim must quote a line that was added: otherwise it is about code nobody changed, or none."""

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.quoted_place import quoted_span
from codegen_lsp.prompt.review import Claim


def drop_ungrounded_claim(claim: Claim, passage: Passage) -> Claim | Dropped:
    """Drop a claim whose quote does not occur on an added line of ``passage``."""
    found = quoted_span(claim.quote, passage)
    return found if isinstance(found, Dropped) else claim
