"""What is said before a model is fetched."""

from codegen_lsp.cli.fetching import introduction
from codegen_lsp.model.catalog import MODELS


def test_size_licence_and_first_source_are_told() -> None:
    assert introduction(MODELS[0]) == (
        "fetching qwen2.5-coder-1.5b-instruct-q4_k_m (1.12 GB, Apache-2.0) "
        "from the Hugging Face hub (Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF)"
    )
