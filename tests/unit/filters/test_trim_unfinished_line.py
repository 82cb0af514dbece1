from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line


def test_the_line_that_was_cut_off_goes() -> None:
    assert trim_unfinished_line("a\nb\nhalf of") == "a\nb"


def test_a_single_line_stays() -> None:
    assert trim_unfinished_line("half of") == "half of"
