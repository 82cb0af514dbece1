"""Laying what was sent over what is true.

A bad option costs that option and one message, never the session. Options come from the user's own
configuration file, the editor, and the command line, never from a repository: its contents choose
no model and no command.
"""

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import platformdirs

from codegen_lsp.config.settings import APP, Settings


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and one message for each option that was not taken."""

    settings: Settings
    messages: tuple[str, ...] = ()


def config_path() -> Path:
    """Return the path of the user's configuration file; it need not exist.

    The environment variable ``CODEGEN_CONFIG`` names another one.
    """
    named = os.environ.get("CODEGEN_CONFIG")
    return Path(named) if named else platformdirs.user_config_path(APP) / "config.toml"


def load_settings() -> Loaded:
    """Read the user's configuration file over the defaults; a broken file costs one message."""
    path = config_path()
    try:
        options = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, ValueError) as error:
        return Loaded(Settings(), (f"{path} is left out: {error}",))
    return merge(Settings(), options)


def merge(settings: Settings, options: Mapping[str, Any]) -> Loaded:
    """Lay nested ``options`` over ``settings``; names are those of the settings' fields."""
    merged, messages = _merge(settings, options, prefix="")
    return Loaded(merged, tuple(messages))


def _merge(target: Any, options: Mapping[str, Any], prefix: str) -> tuple[Any, list[str]]:
    hints = get_type_hints(type(target))
    changes: dict[str, Any] = {}
    messages: list[str] = []
    for name, value in options.items():
        label = f"{prefix}{name}"
        if name not in hints:
            messages.append(f"option {label} is not known")
        elif dataclasses.is_dataclass(hints[name]):
            if isinstance(value, Mapping):
                changes[name], more = _merge(getattr(target, name), value, f"{label}.")
                messages += more
            else:
                messages.append(f"option {label} must be a table of options")
        else:
            try:
                changes[name] = _convert(value, hints[name])
            except ValueError as error:
                messages.append(f"option {label} is left out: {error}")
    return dataclasses.replace(target, **changes), messages


def _convert(value: Any, wanted: Any) -> Any:
    """Return ``value`` as type ``wanted``; raises ValueError, saying what is expected."""
    if get_origin(wanted) is Literal:
        if value in get_args(wanted):
            return value
        raise ValueError(f"expected one of {', '.join(get_args(wanted))}")
    if get_origin(wanted) is tuple:
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ValueError("expected a list of strings")
    if wanted is Path and isinstance(value, str):
        return Path(value).expanduser()
    if type(value) is wanted:
        return value
    expected = {int: "a whole number", bool: "true or false", str: "a string", Path: "a path"}
    raise ValueError(f"expected {expected.get(wanted, wanted)}")
