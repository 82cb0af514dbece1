"""The process that keeps a project's index: started by :mod:`codegen_lsp.project.background`.

    python -P -m codegen_lsp.project.indexer ROOT DATABASE

A process and not a thread, because tree-sitter parses with the interpreter's lock held: a file of
8,000 lines would hold up a keystroke for 30 ms. It runs at the lowest priority. Standard input has
paths of files that have changed, one in a line as a JSON string, ``null`` for "look at everything
again"; standard output gets one line of JSON each time it is up to date. It ends with its input.
"""

import json
import logging
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from codegen_lsp.project.index import Report, update_all, update_file
from codegen_lsp.project.stored_index import IndexWriter

_LOWEST_PRIORITY = 19

log = logging.getLogger(__name__)


def main() -> int:
    """Index, then follow changes until standard input ends."""
    root, database = Path(sys.argv[1]), Path(sys.argv[2])
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        writer = IndexWriter(database)
        _tell(root, writer)
        for line in sys.stdin:
            changed = json.loads(line)
            if isinstance(changed, str):
                update_file(root, Path(changed), writer)
                _say({})
            else:
                _tell(root, writer)
    except OSError as error:
        log.warning("the project is not indexed: %s", error)
        return 1
    except KeyboardInterrupt:  # the terminal's, which ends whoever started this as well
        return 0
    writer.close()
    return 0


def _tell(root: Path, writer: IndexWriter) -> None:
    started = time.monotonic()
    report: Report = update_all(root, writer)
    _say({**asdict(report), "seconds": round(time.monotonic() - started, 3)})


def _say(said: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
