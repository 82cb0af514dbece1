from pathlib import Path

import pytest

from codegen_lsp.config.load import load_settings, merge
from codegen_lsp.config.settings import Settings


def test_options_are_laid_over_the_defaults() -> None:
    loaded = merge(
        Settings(),
        {"offline": True, "model": {"threads": 3, "folder": "~/models"}, "completion": {}},
    )
    assert loaded.messages == ()
    assert loaded.settings.offline is True
    assert loaded.settings.model.threads == 3
    assert loaded.settings.model.folder == Path("~/models").expanduser()
    assert loaded.settings.model.name == Settings().model.name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ofline": True}, "option ofline is not known"),
        ({"model": {"thread": 1}}, "option model.thread is not known"),
        ({"model": {"threads": "2"}}, "option model.threads is left out: expected a whole number"),
        ({"model": {"threads": True}}, "option model.threads is left out: expected a whole number"),
        ({"model": "name"}, "option model must be a table of options"),
        ({"offline": 1}, "option offline is left out: expected true or false"),
        (
            {"docstring": {"style": "epytext"}},
            "option docstring.style is left out: expected one of google, numpy, sphinx",
        ),
        (
            {"completion": {"disabled_languages": "go"}},
            "option completion.disabled_languages is left out: expected a list of strings",
        ),
    ],
)
def test_a_bad_option_costs_itself_and_one_message(
    options: dict[str, object], message: str
) -> None:
    loaded = merge(Settings(), {**options, "fix": {"max_tries": 3}})
    assert loaded.messages == (message,)
    assert loaded.settings.fix.max_tries == 3


def test_a_broken_configuration_file_costs_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("offline = yes", "utf-8")
    monkeypatch.setenv("CODEGEN_CONFIG", str(file))
    loaded = load_settings()
    assert loaded.settings == Settings()
    [message] = loaded.messages
    assert str(file) in message


def test_no_configuration_file_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "none.toml"))
    assert load_settings().messages == ()
