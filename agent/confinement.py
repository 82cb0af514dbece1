"""What a command of a repository's may reach: a sandbox made of the user's surroundings."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.interpreter import is_below
from agent.sandbox import Sandbox


def confined(
    environment: Mapping[str, str],
    *,
    programs: Sequence[str],
    writable: Sequence[Path],
    readable: Sequence[Path],
    wrapper: str | None,
    held: tuple[int, ...] = (),
) -> Sandbox:
    """Return a sandbox in which the user's home and the temporary folder are hidden.

    But for programs and packages of the user's, and for what is ``writable`` or ``readable``.
    ``programs`` are the folders to look for commands in; the rest is as in
    :class:`~agent.sandbox.Sandbox`.
    """
    hidden = hidden_folders()
    wanted = [Path.home() / ".local" / "lib", *map(Path, programs)]
    return Sandbox(
        environment={**environment, "PATH": os.pathsep.join(programs)},
        writable=tuple(writable),
        readable=(
            *(place for place in wanted if place.is_dir() and is_below(place, hidden)),
            *readable,
        ),
        hidden=hidden,
        wrapper=wrapper,
        held=held,
    )


def hidden_folders() -> tuple[Path, ...]:
    """Return the folders of this machine that commands see nothing of."""
    places = (Path.home(), Path(tempfile.gettempdir()), Path("/run"))
    return tuple(place for place in places if place.is_dir() and place != Path("/"))
