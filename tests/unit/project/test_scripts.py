from pathlib import Path

import pytest

from codegen_lsp.project.scripts import find_script


@pytest.mark.parametrize(
    ("module", "wanted"),
    [
        ("./b", "src/b.ts"),
        ("./b.js", "src/b.ts"),
        ("./c", "src/c/index.js"),
        ("../d.json", None),
        ("../e", "e.tsx"),
        ("./nowhere", None),
        ("react", None),
    ],
)
def test_relative_imports_mean_files(tmp_path: Path, module: str, wanted: str | None) -> None:
    for name in ("src/b.ts", "src/c/index.js", "e.tsx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = find_script(module, tmp_path / "src" / "a.ts")
    relative = None if found is None else found.resolve().relative_to(tmp_path.resolve()).as_posix()
    assert relative == wanted
