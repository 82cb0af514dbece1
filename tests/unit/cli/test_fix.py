"""``codegen fix`` as a program: what goes where, exit codes, ``--apply``, and being killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

CALC = "def total(numbers):\n    result = 1\n    for number in numbers:\n        result += number\n"
CALC += "    return result\n"
RIGHT = CALC.replace("= 1", "= 0")
TEST = "from calc import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A committed repository with one failing test."""
    folder = tmp_path / "my project"
    folder.mkdir()
    (folder / "calc.py").write_text(CALC)
    (folder / "test_calc.py").write_text(TEST)
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@localhost")
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def heed_interrupts() -> None:
    """Undo what a shell does to commands it runs in the background: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Command = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Command:
    """Return a function that starts ``codegen fix`` with a script of answers."""
    (tmp_path / "temporary").mkdir()

    def run(*arguments: str, answer: str = RIGHT, token_ms: float = 0) -> "subprocess.Popen[str]":
        script = tmp_path / "script.toml"
        script.write_text(f"[[answer]]\ntext = '''{answer}'''\ntoken_ms = {token_ms}\n")
        main = ["-m", "codegen_lsp.cli.main", "fix", "--model", f"scripted:{script}"]
        return subprocess.Popen(
            [sys.executable, *main, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            preexec_fn=heed_interrupts,  # noqa: PLW1509 - no threads run here yet
            env={
                **os.environ,
                "TMPDIR": str(tmp_path / "temporary"),
                "XDG_STATE_HOME": str(tmp_path / "state"),
                "CODEGEN_CONFIG": str(tmp_path / "none.toml"),
            },
        )

    return run


def finished(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_diff_goes_to_stdout_alone_and_applies(project: Path, start: Command) -> None:
    before = state_of(project)
    code, out, err = finished(start(str(project)))
    assert code == 0
    assert state_of(project) == before
    assert out.startswith("--- a/calc.py\n+++ b/calc.py\n")
    assert "now passing     test_calc.py::test_total" in err
    assert "files untouched" in err
    subprocess.run(["git", "apply", "-"], cwd=project, input=out, text=True, check=True)
    assert (project / "calc.py").read_text() == RIGHT


def test_json_is_one_object_on_stdout(project: Path, start: Command) -> None:
    code, out, _ = finished(start(str(project), "--format", "json"))
    report = json.loads(out)
    assert code == 0
    assert report["outcome"] == "fixed"
    assert report["changes"] == ["calc.py"]
    assert report["applied"] is False
    assert report["certificate"]["fixed"] == ["test_calc.py::test_total"]
    assert report["certificate"]["totals_after"] == {"passed": 1}
    assert report["cost"]["tries"] == 1


def test_apply_changes_the_file_and_nothing_else(project: Path, start: Command) -> None:
    (project / "calc.py").chmod(0o755)
    before = state_of(project)
    code, out, err = finished(start(str(project), "--apply"))
    assert code == 0
    assert out.startswith("--- a/calc.py")
    assert "applied to your files" in err
    changed = {name for name, data in state_of(project).items() if before.get(name) != data}
    assert changed == {str(project / "calc.py")}
    assert (project / "calc.py").read_text() == RIGHT
    assert (project / "calc.py").stat().st_mode & 0o777 == 0o755


def test_apply_refuses_when_the_file_was_changed_meanwhile(project: Path, start: Command) -> None:
    process = start(str(project), "--apply", answer=RIGHT, token_ms=300)
    assert process.stderr is not None
    for line in process.stderr:
        if "propose" in line:
            break
    mine = CALC + "\n\n# work of mine\n"
    (project / "calc.py").write_text(mine)
    code, _, err = finished(process)
    assert code == 2
    assert "calc.py was changed meanwhile" in err
    assert (project / "calc.py").read_text() == mine


def test_no_verified_fix_is_exit_one_and_says_what_was_tried(project: Path, start: Command) -> None:
    before = state_of(project)
    wrong = CALC.replace("= 1", "= 5")
    code, out, err = finished(start(str(project), "--max-tries", "1", answer=wrong))
    assert (code, out) == (1, "")
    assert "no verified fix: all 1 tries are used up" in err
    assert "answer 1, total, at failing tests" in err
    assert "assert 8 == 3" in err
    assert state_of(project) == before


def test_nothing_fails_is_exit_zero(project: Path, start: Command) -> None:
    (project / "calc.py").write_text(RIGHT)
    code, out, err = finished(start(str(project)))
    assert (code, out) == (0, "")
    assert "nothing to fix: no test fails (1 passed)" in err


def test_cannot_collect_is_exit_one_with_advice(project: Path, start: Command) -> None:
    (project / "test_calc.py").write_text("import not_to_be_found_anywhere\n")
    code, _, err = finished(start(str(project)))
    assert code == 1
    assert "cannot be collected (ModuleNotFoundError" in err
    assert "next " in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["."], "is not in a git repository"),
        (["{project}", "--max-tries", "0"], "must be at least 1"),
        (["{project}", "--max-seconds", "soon"], "--max-seconds"),
        (["{project}", "--test", ""], "the test command is empty"),
        (["{project}", "--test", "no-such-program"], "cannot be found"),
    ],
)
def test_bad_input_gets_one_line_and_exit_two(
    project: Path, start: Command, arguments: list[str], said: str
) -> None:
    given = [argument.format(project=project) for argument in arguments]
    code, out, err = finished(start(*given))
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


def test_without_langgraph_it_says_what_to_install(project: Path) -> None:
    code = (
        "import sys; sys.modules['langgraph'] = None\n"
        "from codegen_lsp.cli.main import main\n"
        f"sys.exit(main(['fix', {str(project)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "codegen: LangGraph is not installed: pip install 'codegen-lsp[agent]'\n"
    )


SLEEP = f"77.{os.getpid():08d}"  # seconds, told apart from those of another test run
SLOW_TEST = (
    f"{TEST}\n\ndef test_slow():\n    import subprocess\n    subprocess.run(['sleep', '{SLEEP}'])\n"
)


def sleepers() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if SLEEP.encode() in process.read_bytes():
                found.append(process.parent.name)
        except OSError:
            continue
    return found


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_ends_the_tests_and_removes_the_copy(
    project: Path, start: Command, tmp_path: Path, number: signal.Signals
) -> None:
    (project / "test_calc.py").write_text(SLOW_TEST)
    before = state_of(project)
    process = start(str(project))
    wait_until(lambda: sleepers() != [])
    process.send_signal(number)
    code, _, err = finished(process)
    assert code == 130
    assert err.splitlines()[-1] == "codegen: stopped"
    wait_until(lambda: sleepers() == [])
    assert list((tmp_path / "temporary").glob("codegen-fix-*")) == []
    assert state_of(project) == before


def test_killing_it_leaves_the_repository_untouched_and_nothing_running(
    project: Path, start: Command, tmp_path: Path
) -> None:
    """Even with kill -9; the copy that is left is removed by the next run."""
    (project / "test_calc.py").write_text(SLOW_TEST)
    before = state_of(project)
    process = start(str(project))
    wait_until(lambda: sleepers() != [])
    process.kill()
    process.communicate()
    assert state_of(project) == before
    wait_until(lambda: sleepers() == [])
    left = list((tmp_path / "temporary").glob("codegen-fix-*"))
    assert len(left) == 1
    (project / "test_calc.py").write_text(TEST)
    assert finished(start(str(project)))[0] == 0
    assert list((tmp_path / "temporary").glob("codegen-fix-*")) == []


def test_a_killed_run_goes_on(project: Path, start: Command, tmp_path: Path) -> None:
    """Its id is told at the start; afterwards it is listed, shown, and gives its report again."""
    before = state_of(project)
    process = start(str(project), token_ms=50)
    assert process.stderr is not None
    told = process.stderr.readline()
    for line in process.stderr:
        if "propose" in line:
            break
    process.kill()
    process.communicate()
    name = told.removeprefix("codegen: run ").strip()
    assert "unfinished" in finished(start("--list"))[1]
    shown = finished(start("--show", name))[1]
    assert "It was ended before propose" in shown
    assert "running the tests" in shown
    code, out, err = finished(start("--resume", name))
    assert (code, out[:12]) == (0, "--- a/calc.p")
    assert "reproduce" not in err
    assert state_of(project) == before
    assert list((tmp_path / "temporary").glob("codegen-fix-*")) == []
    assert finished(start("--resume", name))[:2] == (code, out)
    [trajectory] = (tmp_path / "state").rglob("trajectory.jsonl")
    assert "def total" not in trajectory.read_text()


def test_a_certificate_is_checked_again(project: Path, start: Command, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.json"
    certificate.write_text(finished(start(str(project), "--format", "json"))[1])
    code, out, _ = finished(start(str(project), "--verify", str(certificate)))
    assert (code, "the certificate holds" in out) == (0, True)
    (project / "test_calc.py").write_text(f"{TEST}# more\n")
    code, out, _ = finished(start(str(project), "--verify", str(certificate)))
    assert (code, "other files than these" in out) == (2, True)


def test_each_failing_file_gets_a_run(project: Path, start: Command) -> None:
    """The second file fails for the same reason, and passes once the first change is made."""
    (project / "test_more.py").write_text(TEST.replace("[1, 2]) == 3", "[4]) == 4"))
    (project / "test_well.py").write_text("def test_well():\n    pass\n")
    code, _, err = finished(start(str(project), "--each", "--apply"))
    assert code == 0
    assert (project / "calc.py").read_text() == RIGHT
    lines = err.splitlines()
    assert "test_calc.py" in lines[-3]
    assert "fixed, applied" in lines[-3]
    assert "nothing fails" in lines[-2]
    assert lines[-1] == "codegen: 2 of 2 failing test files mended"


def test_nobody_is_asked_without_a_terminal(project: Path, start: Command) -> None:
    code, _, err = finished(start(str(project), "--ask"))
    assert (code, "--ask needs a terminal" in err) == (2, True)
