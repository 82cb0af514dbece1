"""The small model, fetched into the user's cache the first time, and loaded once for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings
from codegen_lsp.model.catalog import find
from codegen_lsp.model.client import EngineClient
from codegen_lsp.model.download import pull

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"


@pytest.fixture(scope="session")
def small_model() -> Path:
    """Return the GGUF of the small model."""
    return pull(find(SMALL), ModelSettings().folder)


@pytest.fixture(scope="session")
def model(small_model: Path) -> Iterator[EngineClient]:
    """Give the small model in an engine process of its own."""
    client = EngineClient(["--model", str(small_model), "--context-tokens", "4096"])
    yield client
    client.close()
