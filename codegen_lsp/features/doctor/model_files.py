"""Checks of what a model needs to run: llama.cpp as it was built, and the model's file."""

import platform
import re
from pathlib import Path

from codegen_lsp.config.settings import Settings
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.features.doctor.check import Check, State
from codegen_lsp.model.build_probe import build_details
from codegen_lsp.model.catalog import find
from codegen_lsp.model.scripted_backend import SCHEME
from codegen_lsp.model.store import FileState, file_of, is_path, state_of

_REBUILD = (
    "pip install --force-reinstall --no-cache-dir --no-binary llama-cpp-python llama-cpp-python"
)
_DEVICES = {"yes": "a GPU", "no": "the processor"}

_COSTLY = frozenset({"AVX", "AVX2", "FMA"})
"""The vector extensions whose lack makes a model several times slower."""

_CPU_INFO = Path("/proc/cpuinfo")


def build() -> Check:
    """Whether llama.cpp can be loaded, its version, and whether it uses what the processor has."""
    try:
        details = build_details()
    except ModelUnavailable as error:
        return Check("llama.cpp", State.PROBLEM, error.message, _REBUILD, blocks_model=True)
    features = build_features(details["build"])
    version, device = details["llama-cpp-python"], _DEVICES[details["gpu"]]
    found = f"llama-cpp-python {version} for {device}, built with {' '.join(features)}"
    missed = _processor_features() - set(features)
    if missed:
        found = f"{found}, but without {' '.join(sorted(missed))}, which this processor has"
        return Check("llama.cpp", State.WARNING, found, _REBUILD)
    return Check("llama.cpp", State.OK, found)


def build_features(system_info: str) -> list[str]:
    """Name what llama.cpp was built with, from its system information.

    That reads ``CPU : AVX2 = 1 | FMA = 1 |``; what it was built without is left out, or 0.
    """
    return re.findall(r"(\w+) = [1-9]", system_info)


def file(settings: Settings) -> Check:
    """Whether the model's file is there, whole and verified."""
    name = settings.model.name
    if name.startswith(SCHEME):
        return Check("model", State.WARNING, f"scripted answers, no model ({name})")
    try:
        path = file_of(name, settings.model.folder)
    except ModelUnavailable as error:
        return Check("model", State.PROBLEM, error.message, error.advice, blocks_model=True)
    if is_path(name):
        return Check("model", State.OK, f"your own file {path}")
    if state_of(find(name), settings.model.folder) is FileState.VERIFIED:
        return Check("model", State.OK, f"{name}, SHA-256 verified")
    return Check(
        "model", State.WARNING, f"{name}, SHA-256 not checked yet", f"codegen models verify {name}"
    )


def _processor_features() -> set[str]:
    """Return which of the costly extensions this processor has, where Linux on x86 tells them."""
    if platform.machine() not in {"x86_64", "AMD64"} or not _CPU_INFO.exists():
        return set()
    lines = _CPU_INFO.read_text("ascii", "replace").splitlines()
    flags = next((line for line in lines if line.startswith("flags")), "").upper().split()
    return set(_COSTLY.intersection(flags))
