"""Which files a project has: cases of ``.gitignore`` as git itself decides them, and the bounds."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from codegen_lsp.project.ignored import LARGEST_FILE, Ignored

CASES = {
    "a file by name": ({".gitignore": "b.py\n"}, "a.py b.py d/b.py", "a.py"),
    "a folder": ({".gitignore": "build/\n"}, "a.py build/b.py d/build/c.py", "a.py"),
    "a folder at the root only": (
        {".gitignore": "/build\n"},
        "build/b.py d/build/c.py",
        "d/build/c.py",
    ),
    "an exception": ({".gitignore": "*.py\n!keep.py\n"}, "a.py keep.py", "keep.py"),
    "no exception in an ignored folder": (
        {".gitignore": "out/\n!out/keep.py\n"},
        "a.py out/keep.py",
        "a.py",
    ),
    "a nested file holds below it": (
        {"d/.gitignore": "b.py\n"},
        "b.py d/b.py d/e/b.py",
        "b.py",
    ),
    "a nested path is relative to its folder": (
        {"d/.gitignore": "/e/b.py\n"},
        "e/b.py d/e/b.py",
        "e/b.py",
    ),
    "the deepest one decides": (
        {".gitignore": "*.py\n", "d/.gitignore": "!b.py\n"},
        "a.py d/a.py d/b.py",
        "d/b.py",
    ),
    "stars over folders": ({".gitignore": "a/**/z.py\n"}, "a/z.py a/b/z.py b/z.py", "b/z.py"),
    "comments and blanks": ({".gitignore": "# a.py\n\n  \n"}, "a.py", "a.py"),
    "the repository's own list": ({".git/info/exclude": "b.py\n"}, "a.py b.py", "a.py"),
}


def make(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def walked(root: Path) -> list[str]:
    return [file.path for file in Ignored(root).walk()]


@pytest.mark.parametrize("name", CASES)
def test_what_gitignore_leaves_is_walked(tmp_path: Path, name: str) -> None:
    rules, files, wanted = CASES[name]
    make(tmp_path, {**rules, **dict.fromkeys(files.split(), "")})
    assert sorted(walked(tmp_path)) == sorted(wanted.split())


@pytest.mark.parametrize("name", CASES)
def test_a_single_file_is_judged_as_in_a_walk(tmp_path: Path, name: str) -> None:
    rules, files, wanted = CASES[name]
    make(tmp_path, {**rules, **dict.fromkeys(files.split(), "")})
    admitted = {file for file in files.split() if Ignored(tmp_path).source_file(tmp_path / file)}
    assert admitted == set(wanted.split())


@pytest.mark.parametrize("name", CASES)
def test_git_decides_the_same(tmp_path: Path, name: str) -> None:
    rules, files, wanted = CASES[name]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    make(tmp_path, {**rules, **dict.fromkeys(files.split(), "")})
    done = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.py"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert sorted(done.stdout.split()) == sorted(wanted.split())


def test_installed_and_made_things_are_never_looked_at(tmp_path: Path) -> None:
    folders = (".git", "node_modules", ".venv", "venv", "__pycache__", "d/node_modules/x")
    make(tmp_path, {"a.py": "", **{f"{folder}/b.py": "" for folder in folders}})
    assert walked(tmp_path) == ["a.py"]
    assert Ignored(tmp_path).source_file(tmp_path / "node_modules" / "b.py") is None


def test_only_source_code_of_a_decent_size_is_walked(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "", "b.png": "", "c.js": "x" * (LARGEST_FILE + 1), "notes.txt": ""})
    assert walked(tmp_path) == ["a.py"]
    assert Ignored(tmp_path).source_file(tmp_path / "c.js") is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, {"d/a.py": ""})
    (tmp_path / "d" / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b.py").symlink_to(tmp_path / "d" / "a.py")
    assert walked(tmp_path) == ["d/a.py"]
    assert Ignored(tmp_path).source_file(tmp_path / "b.py") is None


def test_what_lies_elsewhere_or_nowhere_is_no_part(tmp_path: Path) -> None:
    make(tmp_path, {"project/a.py": "", "b.py": ""})
    project = Ignored(tmp_path / "project")
    assert project.source_file(tmp_path / "b.py") is None
    assert project.source_file(tmp_path / "project" / "gone.py") is None
    assert list(Ignored(tmp_path / "nowhere").walk()) == []


def test_files_near_the_root_come_first_and_the_number_is_bounded(tmp_path: Path) -> None:
    make(tmp_path, {"z.py": "", "a/b/c.py": "", "a/d.py": ""})
    assert walked(tmp_path) == ["z.py", "a/d.py", "a/b/c.py"]
    assert [file.path for file in Ignored(tmp_path).walk(most_files=2)] == ["z.py", "a/d.py"]
    assert [file.path for file in Ignored(tmp_path).walk(most_entries=4)] == ["z.py", "a/d.py"]


def test_the_bytes_are_bounded(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "x" * 60, "b.py": "x" * 60})
    assert [file.path for file in Ignored(tmp_path).walk(most_bytes=100)] == ["a.py"]


def test_a_pattern_that_git_refuses_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "!\n[\nb.py\n", "a.py": "", "b.py": ""})
    assert walked(tmp_path) == ["a.py"]
