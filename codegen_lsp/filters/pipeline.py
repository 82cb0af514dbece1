"""The order in which filters run, for each feature, and nothing else."""

from collections.abc import Callable, Sequence

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.drop_blank import drop_blank
from codegen_lsp.filters.drop_echo import drop_echo
from codegen_lsp.filters.drop_empty_claim import drop_empty_claim
from codegen_lsp.filters.drop_linter_claim import drop_linter_claim
from codegen_lsp.filters.drop_unbound_replacement import drop_unbound_replacement
from codegen_lsp.filters.drop_ungrounded_claim import drop_ungrounded_claim
from codegen_lsp.filters.fix_claim_text import fix_claim_text
from codegen_lsp.filters.fix_redefinition import fix_redefinition
from codegen_lsp.filters.fix_replacement import fix_replacement
from codegen_lsp.filters.fix_syntax import fix_syntax
from codegen_lsp.filters.fix_unbound_name import fix_unbound_name
from codegen_lsp.filters.fix_unknown_keyword import fix_unknown_keyword
from codegen_lsp.filters.fix_unknown_member import fix_unknown_member
from codegen_lsp.filters.fix_unresolved_import import fix_unresolved_import
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.filters.stop_at_block_end import stop_at_block_end
from codegen_lsp.filters.stop_at_line_end import stop_at_line_end
from codegen_lsp.filters.stop_at_suffix import stop_at_suffix
from codegen_lsp.filters.trim_blank_end import trim_blank_end
from codegen_lsp.filters.trim_suffix_overlap import trim_suffix_overlap
from codegen_lsp.prompt.review import Claim

Stop = Callable[[str, Place], int | None]
Check = Callable[[str, Place], str | Dropped]
ClaimCheck = Callable[[Claim, Passage], Claim | Dropped]

COMPLETION_STOPS: Sequence[Stop] = (stop_at_line_end, stop_at_suffix, stop_at_block_end)

COMPLETION_CHECKS: Sequence[Check] = (
    trim_suffix_overlap,
    trim_blank_end,
    drop_blank,
    drop_echo,
    fix_syntax,
    fix_unbound_name,
    fix_redefinition,
    fix_unresolved_import,
    fix_unknown_member,
    fix_unknown_keyword,
)

REVIEW_CHECKS: Sequence[ClaimCheck] = (
    fix_claim_text,
    drop_ungrounded_claim,
    drop_empty_claim,
    drop_linter_claim,
    fix_replacement,
    drop_unbound_replacement,
)
