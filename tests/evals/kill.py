"""Kills ``codegen fix`` at random moments and sees that nobody loses anything by it.

    python -m tests.evals.kill [--projects 50] [--seed 1]

Each project gets a run that is ended by SIGKILL at a moment drawn from the time such a run takes.
Then the run is resumed, or begun again if it had not been kept yet. Before and after that, the
user's tree (with its ``.git``) must be as it was, and afterwards no process, no temporary folder
and no unfinished run may be left.
"""

import argparse
import hashlib
import os
import random
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.figures import progress, say

_CALC = """\
def total(numbers):
    result = 1
    for number in numbers:
        result += number
    return result
"""
_TEST = "from calc import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
_FILES = {"calc.py": _CALC, "test_calc.py": _TEST, "notes.txt": "not committed\n"}
_ANSWERS = (_CALC.replace("= 1", "= 5"), _CALC.replace("= 1", "= 0"))
_TOKEN_MS = 40
_RUN_SECONDS = 300.0
_ENDING_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of one project; ``wrong`` is empty where all is well."""

    moment: float
    step: str
    wrong: tuple[str, ...] = ()


@dataclass
class Project:
    """A repository with a failing test, and an environment of its own, below ``folder``."""

    folder: Path
    tree: Path = field(init=False)
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = self.folder / "project"
        for name in ("project", "temporary", "home"):
            (self.folder / name).mkdir()
        for name, text in _FILES.items():
            (self.tree / name).write_text(text, "utf-8")
        identity = ("-c", "user.name=Evals", "-c", "user.email=evals@localhost")
        for command in (
            ("init", "-q"),
            ("add", "calc.py", "test_calc.py"),
            (*identity, "commit", "-qm", "As it was"),
        ):
            subprocess.run(["git", *command], cwd=self.tree, check=True)
        script = "".join(
            f"[[answer]]\ntext = '''{text}\n```\n'''\ntoken_ms = {_TOKEN_MS}\n" for text in _ANSWERS
        )
        (self.folder / "script.toml").write_text(script, "utf-8")
        self.environment = {
            **os.environ,
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "temporary"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "CODEGEN_CONFIG": str(self.folder / "none.toml"),
            "VIRTUAL_ENV": sys.prefix,
            "EVAL_MARK": str(self.folder),
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start ``codegen fix`` with these arguments."""
        command = [sys.executable, "-m", "codegen_lsp.cli.main", "fix", *arguments]
        return subprocess.Popen(
            [*command, "--model", f"scripted:{self.folder / 'script.toml'}"],
            cwd=self.tree,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, *arguments: str) -> tuple[int, str, str]:
        """Run ``codegen fix`` to its end; return the exit code, output and errors."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=_RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return process.returncode, out, err

    def runs(self) -> list[Path]:
        """Return the folders of the runs that are kept."""
        return sorted((self.folder / "state" / "codegen-lsp" / "runs").glob("[0-9]*"))

    def state(self) -> Mapping[str, str]:
        """Return what the user's tree is, ``.git`` included."""
        return {
            str(path.relative_to(self.tree)): _told(path) for path in sorted(self.tree.rglob("*"))
        }

    def leftovers(self) -> list[str]:
        """Name what is left of a run, after a moment for it to go away."""
        end = time.monotonic() + _ENDING_SECONDS
        while (found := _processes(self.folder)) and time.monotonic() < end:
            time.sleep(0.1)
        left = [f"process {name}" for name in found]
        left += [f"folder {path.name}" for path in (self.folder / "temporary").iterdir()]
        return left


def killed(folder: Path, moment: float) -> Killed:
    """Kill a run in a new project below ``folder`` after ``moment`` seconds, and go on with it."""
    project = Project(folder)
    before = project.state()
    process = project.start()
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.kill()
    _, err = process.communicate()
    told = [line.split()[3] for line in err.splitlines() if " s  " in line]
    wrong = [] if project.state() == before else ["the tree was changed by the killed run"]
    kept = project.runs()
    arguments = ("--resume", kept[0].name) if kept else ()
    code, out, err = project.finish(*arguments)
    if code != 0 or not out.startswith("--- a/calc.py"):
        wrong.append(f"it did not go on (exit code {code}: {err.strip()[-300:]})")
    if project.state() != before:
        wrong.append("the tree was changed by the run that went on")
    if len(project.runs()) != 1 or not (project.runs()[0] / "report.json").is_file():
        wrong.append("the run is not finished")
    wrong += [f"left: {each}" for each in project.leftovers()]
    return Killed(moment, told[-1] if told else "before the first step", tuple(wrong))


def usual_seconds(folder: Path) -> float:
    """Return how long a run takes that nobody kills."""
    project = Project(folder)
    began = time.monotonic()
    code, _, err = project.finish()
    if code != 0:
        raise RuntimeError(f"a run that nobody kills fails: {err[-500:]}")
    return time.monotonic() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill many runs, show what came of them, and return 1 when anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, default=50, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    draw = random.Random(options.seed)  # noqa: S311 - moments, no secrets
    results = []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "whole").mkdir()
        usual = usual_seconds(Path(folder) / "whole")
        for number in range(1, options.projects + 1):
            (Path(folder) / str(number)).mkdir()
            result = killed(Path(folder) / str(number), draw.uniform(0.0, usual))
            results.append(result)
            progress(f"{number}: {result.moment:.2f} s, {result.step}: {result.wrong or 'well'}")
    steps = Counter(result.step for result in results)
    bad = sum(bool(result.wrong) for result in results)
    say(f"{len(results)} runs killed within {usual:.1f} s, {bad} with a loss")
    say("\n".join(f"  {count:3} at {step}" for step, count in steps.most_common()))
    return 1 if bad else 0


def _told(path: Path) -> str:
    status = path.lstat()
    whole = stat.S_ISREG(status.st_mode)
    content = hashlib.sha256(path.read_bytes()).hexdigest() if whole else ""
    return f"{status.st_mode:o} {content}"


def _processes(mark: Path) -> list[str]:
    """List the processes that belong to the project in ``mark``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(f"EVAL_MARK={mark}") in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " ")[:200])
        except OSError:
            continue  # it has ended
    return found


if __name__ == "__main__":
    sys.exit(main())
