"""A check in words."""

from codegen_lsp.features.doctor.check import Check, State, plain


def test_a_check_is_one_line_with_what_mends_it() -> None:
    warned = Check("b", State.WARNING, "so so", "do this")
    assert plain(warned) == "warning  b              so so -> do this"
    assert plain(Check("a", State.OK, "fine")) == "ok       a              fine"
