"""How the plugin is found and loaded, and that its help tells the truth."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

PLUGIN = Path(__file__).parents[3] / "editors" / "neovim"
HELP = (PLUGIN / "doc" / "codegen.txt").read_text("utf-8")
MOST_LINES_OF_CODE = 800


def test_the_package_loader_of_neovim_finds_it(start: Start) -> None:
    """``packadd`` after the start; a ``setup()`` right behind it comes before the defaults."""
    editor = start(runtime=False)
    (editor.home / "pack" / "any" / "opt").mkdir(parents=True)
    (editor.home / "pack" / "any" / "opt" / "codegen").symlink_to(PLUGIN)
    editor.lua(
        """
        vim.opt.packpath:prepend(...)
        vim.cmd.packadd('codegen')
        require('codegen').setup({ filetypes = { 'lua' } })
        """,
        str(editor.home),
    )
    editor.open("x = |\n", wait=False)
    editor.stays_quiet()
    assert editor.lua("return require('codegen.config').get().filetypes") == ["lua"]
    editor.nvim.command("help codegen-keys")
    assert editor.nvim.current.buffer.options["buftype"] == "help"


def test_loading_it_costs_next_to_nothing(start: Start) -> None:
    """Before the first buffer is served no module but the entry is needed."""
    editor = start(runtime=False)
    loaded = editor.lua(
        """
        vim.opt.runtimepath:prepend(...)
        vim.cmd.runtime('plugin/codegen.lua')
        return vim.tbl_filter(function(name) return name:find('^codegen') end,
                              vim.tbl_keys(package.loaded))
        """,
        str(PLUGIN),
    )
    assert loaded == []


def test_the_tags_of_the_help_are_built(start: Start, tmp_path: Path) -> None:
    editor = start()
    (tmp_path / "codegen.txt").write_text(HELP, "utf-8")
    editor.nvim.command(f"helptags {tmp_path}")
    built = (tmp_path / "tags").read_text("utf-8")
    assert (PLUGIN / "doc" / "tags").read_text("utf-8") == built


def test_every_link_of_the_help_leads_somewhere(start: Start) -> None:
    editor = start()
    for tag in sorted(set(re.findall(r"\|([^|\s]+)\|", HELP))):
        assert editor.nvim.funcs.getcompletion(tag, "help"), tag


def test_the_help_shows_the_defaults_as_they_are(start: Start) -> None:
    editor = start()
    [example] = re.findall(
        r"The defaults: >lua\n    require\('codegen'\).setup\((.*?)\)\n<", HELP, re.DOTALL
    )
    editor.lua(f"_G.example = {example}")
    differs = editor.lua(
        """
        local defaults = require('codegen.config').defaults
        example.menu_visible, defaults.menu_visible = nil, nil
        return not vim.deep_equal(example, defaults) and vim.inspect({ example, defaults })
        """
    )
    assert not differs, differs


def test_the_help_names_every_option_verb_and_function(start: Start) -> None:
    editor = start()
    options = editor.lua("return vim.tbl_keys(require('codegen.config').defaults)")
    assert {f"*codegen-{option}*" for option in options} <= set(HELP.split())
    for verb in editor.nvim.funcs.getcompletion("Codegen ", "cmdline"):
        assert re.search(rf"^    {verb} ", HELP, re.MULTILINE), verb
    public = editor.lua(
        """
        local codegen = require('codegen')
        return vim.tbl_filter(function(name) return type(codegen[name]) == 'function' end,
                              vim.tbl_keys(codegen))
        """
    )
    for name in public:
        assert re.search(rf"^{name}\(", HELP, re.MULTILINE), name


def test_the_plugin_stays_thin() -> None:
    """Lines of code: neither blank nor comment. What another editor needs too is the server's."""
    lines = [
        line.strip() for path in PLUGIN.rglob("*.lua") for line in path.read_text().splitlines()
    ]
    code = [line for line in lines if line and not line.startswith("--")]
    assert len(code) < MOST_LINES_OF_CODE
