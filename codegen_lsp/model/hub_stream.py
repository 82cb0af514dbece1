"""A program of its own: writes one file of the hub to standard output, from an offset on.

    python -m codegen_lsp.model.hub_stream REPOSITORY FILE OFFSET [ENDPOINT]

The only importer of huggingface_hub. It ends with code 1 and one line on standard error when the
hub does not give the file; whoever reads the bytes checks them. The library's own downloader is not
used: since its version 2 it starts from nothing after a kill.
"""

import re
import sys
from collections.abc import Iterator

CONNECT_SECONDS = 4.0
"""For each address the name has."""

SILENCE_SECONDS = 30.0
"""How long the line may be silent in the middle of the file."""

_CHUNK_BYTES = 1 << 16


def main(arguments: list[str]) -> int:
    """Stream the file that ``arguments`` name; return the exit code."""
    repository, file, offset, endpoint = (*arguments, "")[:4]
    try:
        for chunk in chunks(repository, file, int(offset), endpoint or None):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        return 1  # the reader has gone
    except Exception as error:  # noqa: BLE001 - the edge of this program: any failure is one line
        sys.stderr.write(f"{_reason(error)}\n")
        return 1
    return 0


def chunks(repository: str, file: str, offset: int, endpoint: str | None) -> Iterator[bytes]:
    """Yield the bytes of the file from ``offset`` on, also from a server that ignores ranges.

    Raises what the client library raises.
    """
    from huggingface_hub import get_session, hf_hub_url

    headers = {"User-Agent": "codegen-lsp", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    url = hf_hub_url(repository, file, endpoint=endpoint)
    limits = (CONNECT_SECONDS, SILENCE_SECONDS, SILENCE_SECONDS, CONNECT_SECONDS)
    with get_session().stream("GET", url, headers=headers, timeout=limits) as response:
        response.raise_for_status()
        skip = offset if response.status_code == 200 else 0  # noqa: PLR2004 - "OK": all of it
        for chunk in response.iter_bytes(_CHUNK_BYTES):
            if skip < len(chunk):
                yield chunk[skip:]
            skip = max(0, skip - len(chunk))


def _reason(error: Exception) -> str:
    """Put ``error`` in one line without addresses: they may carry signatures."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"it answered {response.status_code}"
    text = re.sub(r"\[Errno -?\d+\] ", "", " ".join(str(error).split()))
    return text if text and "://" not in text else type(error).__name__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
