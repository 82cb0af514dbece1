"""Writing a changed text over the user's own file: the only place of the command line that does.

Called where the user said ``--write`` or ``--apply``. The file is exchanged as a whole, so a crash
or a full disk leaves it as it was.
"""

import os
import tempfile
from pathlib import Path

from codegen_lsp.errors import UsageError


def write_file(path: Path, *, before: str, after: str) -> None:
    """Replace the file's text ``before`` by ``after``, keeping its mode; links are followed.

    Raises :class:`~codegen_lsp.errors.UsageError` when the file is no longer ``before``, and when
    it cannot be written.
    """
    real = path.resolve()
    try:
        if real.read_bytes() != before.encode():
            raise UsageError(f"{path} changed meanwhile", advice="run it again")
        _exchange(real, after.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written", advice=error.strerror) from error


def _exchange(real: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(real.stat().st_mode)
        os.replace(name, real)  # noqa: PTH105 - the very call that is atomic
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
