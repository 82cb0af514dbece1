"""What a repository's commands get to see of the user's environment."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.environment import reduced_environment


def reduced(base: Mapping[str, str]) -> dict[str, str]:
    return reduced_environment(
        base,
        home=Path("/scratch/home"),
        temporary=Path("/scratch/temporary"),
        path=[Path("/scratch/tree"), Path("/scratch/tree/src")],
        original=Path("/users/own/project"),
    )


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN",
        "OPENAI_API_KEY",
        "MY_APIKEY",
        "DB_PASSWORD",
        "PGPASSWORD",
        "MYSQL_PASS",
        "CLIENT_SECRET",
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "SSH_AUTH_SOCK",
        "GPG_AGENT_INFO",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "DBUS_SESSION_BUS_ADDRESS",
        "XDG_RUNTIME_DIR",
        "KUBECONFIG",
        "NPM_AUTH",
        "SIGNING_KEY",
        "LD_PRELOAD",
        "PYTHONHOME",
        "OLDPWD",
    ],
)
def test_secrets_and_ways_out_are_left_out(name: str) -> None:
    assert name not in reduced({name: "value"})


@pytest.mark.parametrize(
    "value",
    [
        "postgres://user:hunter2@db/production",
        "https://abcdef@errors.example/1",
        "-----BEGIN PRIVATE KEY-----",
        "ghp_abcdefghijklmnop",
        "sk-abcdefgh",
    ],
)
def test_values_that_look_like_secrets_are_left_out(value: str) -> None:
    assert "HARMLESS_NAME" not in reduced({"HARMLESS_NAME": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", "/usr/bin"),
        ("LANG", "de_DE.UTF-8"),
        ("CI", "1"),
        ("KEYBOARD", "de"),
        ("MONKEY", "yes"),
        ("VIRTUAL_ENV", "/venv"),
        ("DJANGO_SETTINGS_MODULE", "site.settings"),
        ("LD_LIBRARY_PATH", "/opt/cuda/lib"),
        ("DOCS", "https://docs.example/a@b"),
    ],
)
def test_what_tests_need_stays(name: str, value: str) -> None:
    assert reduced({name: value})[name] == value


def test_home_and_temporary_folder_are_the_scratch_ones() -> None:
    found = reduced({"HOME": "/users/own", "TMPDIR": "/var/tmp", "TMP": "/x"})  # noqa: S108 - a value
    assert found["HOME"] == "/scratch/home"
    assert found["TMPDIR"] == "/scratch/temporary"
    assert "TMP" not in found


def test_copy_comes_first_on_the_python_path() -> None:
    """Entries that lead to the user's own tree would let it be tested instead of the copy."""
    found = reduced({"PYTHONPATH": "/users/own/project/src:/opt/shared:relative"})
    assert found["PYTHONPATH"] == "/scratch/tree:/scratch/tree/src:/opt/shared"


def test_packages_installed_for_the_user_are_still_found() -> None:
    assert reduced({"HOME": "/users/own"})["PYTHONUSERBASE"] == "/users/own/.local"
