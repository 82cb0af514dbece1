"""Making a verified change in the user's own files, on their word."""

from pathlib import Path

from agent.report import Change, FixReport
from codegen_lsp.cli.write_file import write_file
from codegen_lsp.errors import UsageError


def apply_changes(report: FixReport) -> None:
    """Make the changes of ``report`` in the user's files, all or none; those made are left alone.

    Raises :class:`~codegen_lsp.errors.UsageError` when a file reads neither as it did when the copy
    was made nor as it is to.
    """
    root = Path(report.root)
    left = [change for change in report.changes if _is_to_be_made(root / change.path, change)]
    for change in left:
        write_file(root / change.path, before=change.before, after=change.after)


def _is_to_be_made(path: Path, change: Change) -> bool:
    try:
        found = None if path.is_symlink() else path.read_bytes()
    except OSError:
        found = None
    if found == change.after.encode():
        return False
    if found == change.before.encode():
        return True
    raise UsageError(
        f"{change.path} was changed meanwhile, so nothing is applied",
        advice="run codegen fix again",
    )
