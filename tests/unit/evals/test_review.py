"""Review: what counts as found, and as a false alarm."""

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from tests.evals import review
from tests.evals.kind import Parts

SOURCE = "import os\n\n\ndef add(a, b):\n    return a - b\n"
ITEM = {
    "id": "add/bug",
    "label": "bug",
    "path": "src/add.py",
    "bug_lines": [5],
    "new_file": SOURCE,
    "diff": "--- /dev/null\n+++ b/src/add.py\n@@ -0,0 +1,5 @@\n"
    + "".join(f"+{line}\n" for line in SOURCE.splitlines()),
}


def finding(line: int, evidence: str = "opinion", category: str = "bug") -> dict[str, object]:
    return {"line": line, "end_line": line, "evidence": evidence, "category": category}


def scored(*findings: dict[str, object], label: str = "bug") -> dict[str, tuple[int, int]]:
    return review.score({**ITEM, "label": label}, {"findings": list(findings)})


def test_a_finding_within_two_lines_finds_the_bug() -> None:
    assert scored(finding(3))["model: bug found"] == (1, 1)
    assert scored(finding(2))["model: bug found"] == (0, 1)
    assert scored()["all: bug found"] == (0, 1)


def test_what_is_proved_and_what_the_model_says_are_counted_apart() -> None:
    scores = scored(finding(5, "proved"))
    assert scores["proved: bug found"] == (1, 1)
    assert scores["model: bug found"] == (0, 1)
    assert scores["all: bug found"] == (1, 1)


def test_only_findings_of_a_bug_count() -> None:
    assert scored(finding(5, category="style"))["all: bug found"] == (0, 1)
    assert scored(finding(5, category="style"), label="clean")["all: false alarm"] == (0, 1)


def test_any_finding_on_clean_code_is_a_false_alarm() -> None:
    scores = scored(finding(1, "grounded"), label="clean")
    assert scores["model: false alarm"] == (1, 1)
    assert scores["proved: false alarm"] == (0, 1)


def test_balanced_accuracy_is_the_mean_of_found_and_silent() -> None:
    clean = [scored(finding(1), label="clean"), scored(label="clean")]
    lines = review.remarks([scored(finding(5)), *clean])
    assert "model: balanced accuracy 75.0 %" in lines
    assert "proved: balanced accuracy 50.0 %" in lines


def test_ours_keeps_the_findings_that_the_product_shows() -> None:
    backend = ScriptedBackend([ScriptedAnswer("Yes")], repeat=True)
    answer = review.ours(ITEM, Parts(InProcessModel(backend), Settings()))
    [found] = answer.more["findings"]
    assert (found["line"], found["evidence"], found["rule"]) == (1, "proved", "F401")
    assert "src/add.py:1" in answer.output


def test_a_bare_answer_names_a_line() -> None:
    for said, lines in (("Line 5: it subtracts", [5]), ("right", [])):
        backend = ScriptedBackend([ScriptedAnswer(said)])
        answer = review.bare(ITEM, Parts(InProcessModel(backend), Settings()))
        assert [found["line"] for found in answer.more["findings"]] == lines
