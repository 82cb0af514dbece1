"""The environment variables that a repository's own commands get to see.

Taken from the user's, without what looks like a secret, without what leads back to the user's own
tree, home or session. Pure: a mapping in, a mapping out.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|(^|_)PASS($|_)|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE"
    r"|(^|_)KEY($|_)|(^|_)AUTH($|_)|COOKIE|(^|_)PAT($|_)|SESSION|SIGNING",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(r"://[^/?#\s]+@|-----BEGIN|\b(gh[pousr]|glpat|sk|xox[abp])[-_]\w")

_LEADS_AWAY = re.compile(
    r"^(GIT_|SSH_|GPG_|DBUS_|XDG_|WAYLAND_|DISPLAY$|XAUTHORITY$|KUBECONFIG$|DOCKER_|AWS_|AZURE_"
    r"|GOOGLE_|GCLOUD_|NETRC$|PGPASSFILE$|PWD$|OLDPWD$|HOME$|TMPDIR$|TEMP$|TMP$|HISTFILE$"
    r"|PYTHONHOME$|PYTHONSTARTUP$|PYTHONPATH$|PYTHONPYCACHEPREFIX$|PYTHONINSPECT$|LD_PRELOAD$|DYLD_INSERT"
    r"|COVERAGE_PROCESS_START$|CODEGEN_)"
)


def reduced_environment(
    base: Mapping[str, str], *, home: Path, temporary: Path, path: list[Path], original: Path
) -> dict[str, str]:
    """Return what of ``base`` a repository's commands may see.

    ``home`` and ``temporary`` take the places of the user's. ``path`` comes first on the Python
    path; what was on it follows, except entries in ``original``, the user's own tree.
    """
    kept = {
        name: value
        for name, value in base.items()
        if not (
            _SECRET_NAME.search(name) or _LEADS_AWAY.search(name) or _SECRET_VALUE.search(value)
        )
    }
    inherited = [Path(entry) for entry in base.get("PYTHONPATH", "").split(os.pathsep) if entry]
    outside = [
        entry for entry in inherited if entry.is_absolute() and not entry.is_relative_to(original)
    ]
    user_base = base.get("PYTHONUSERBASE") or str(Path(base.get("HOME", "/")) / ".local")
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": os.pathsep.join(str(entry) for entry in [*path, *outside]),
        "PYTHONUSERBASE": user_base,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }
