"""Asking a child process about llama.cpp."""

from pathlib import Path

import pytest

from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.build_probe import build_details


def test_version_features_and_cores_are_told() -> None:
    details = build_details()
    assert {"llama-cpp-python", "build", "gpu", "cores"} <= details.keys()
    assert int(details["cores"]) >= 1


def test_a_library_that_cannot_be_imported_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation, put first on the child's path."""
    (tmp_path / "llama_cpp.py").write_text(
        "raise ImportError('libgomp.so.1: cannot open shared object file')\n", "utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    with pytest.raises(
        ModelUnavailable, match=r"cannot be loaded \(ImportError: libgomp"
    ) as caught:
        build_details()
    assert "\n" not in str(caught.value)


def test_a_library_that_ends_its_process_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a build for another processor does."""
    (tmp_path / "llama_cpp.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n", "utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    with pytest.raises(ModelUnavailable, match=r"ended the process \(signal 4\)"):
        build_details()
