"""Checks of where we run: Python, this distribution, the configuration, the disk."""

import platform
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

from codegen_lsp.config.load import config_path
from codegen_lsp.config.settings import Settings
from codegen_lsp.features.doctor.check import Check, State

LOW_DISK_BYTES = 2_000_000_000
"""Less than this is not enough to fetch the larger model of the catalogue with ease."""


def python() -> Check:
    """Which Python this is; an older one than we need could not have come this far."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("python", State.OK, f"{found} ({sys.executable})")


def version() -> Check:
    """Which version of this product is installed."""
    try:
        return Check("codegen", State.OK, installed_version("codegen-lsp"))
    except PackageNotFoundError:
        return Check(
            "codegen", State.WARNING, "runs without being installed", "pip install codegen-lsp"
        )


def configuration(messages: Sequence[str]) -> Check:
    """Whether all that stands in the user's configuration file is understood."""
    path = config_path()
    if messages:
        return Check("configuration", State.PROBLEM, "; ".join(messages), f"edit {path}")
    found = str(path) if path.exists() else f"none, all defaults ({path})"
    return Check("configuration", State.OK, found)


def network(settings: Settings) -> Check:
    """Whether we may use the network at all."""
    if settings.offline:
        return Check("network", State.OK, "offline: nothing is ever fetched")
    return Check("network", State.OK, "used only to fetch models")


def disk(settings: Settings) -> Check:
    """How much room there is where models lie."""
    folder = settings.model.folder
    free = shutil.disk_usage(_existing(folder)).free
    found = f"{free / 1e9:,.1f} GB free at {folder}"
    if free < LOW_DISK_BYTES:
        return Check("disk", State.WARNING, found, "free some space, or set model.folder")
    return Check("disk", State.OK, found)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
