"""Review of a diff: half of them with a known bug, half clean.

A bug is found when a finding of a bug stands within two lines of it; a clean diff with any such
finding is a false alarm. What is proved and what the model says are counted apart.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from codegen_lsp.cli.formats.text_report import plain_finding
from codegen_lsp.document.changes import changes_from_diff
from codegen_lsp.features.findings import Category, Evidence, Finding
from codegen_lsp.features.review import ClaimDropped, Found, Incomplete, review
from tests.evals.asking import asked
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.programs import project_folder
from tests.evals.summary import share, total

NEAR = 2
"""Lines between a finding and a bug that it still means."""

GROUPS = {
    "proved": frozenset({Evidence.PROVED}),
    "model": frozenset({Evidence.GROUNDED, Evidence.OPINION}),
    "all": frozenset(Evidence),
}

_QUESTION = """\
Review this change to {path}. The lines of the new file are numbered.

{code}

If there is a bug, answer with the number of its line, a colon, and what is wrong.
If the code is right, answer with the word: right"""
_BARE_FINDING = re.compile(r"^\W*(?:[Ll]ine\s+)?(\d+)\W*:\s*(.+)$", re.MULTILINE)


def ours(item: Fields, parts: Parts) -> Answer:
    """Review the diff in a folder that holds nothing but its file."""
    found: list[Finding] = []
    reasons: list[str] = []
    with project_folder({item["path"]: item["new_file"]}) as folder:
        changes = changes_from_diff(item["diff"], folder, title="the diff")
        for event in review(changes, model=lambda: parts.model, settings=parts.settings.review):
            match event:
                case Found(finding):
                    found.append(finding)
                case ClaimDropped(reason=reason):
                    reasons.append(reason)
                case Incomplete(error=error):
                    raise error
    return Answer(
        "\n".join(map(plain_finding, found)),
        "; ".join(reasons) if reasons and not found else None,
        more={"findings": [_as_json(finding) for finding in found]},
    )


def bare(item: Fields, parts: Parts) -> Answer:
    """Ask for one line with a bug, the lines being numbered."""
    lines = enumerate(item["new_file"].splitlines(), 1)
    code = "\n".join(f"{number:3} {line}" for number, line in lines)
    question = _QUESTION.format(path=PurePosixPath(item["path"]).name, code=code)
    answer = asked(parts.model, question, max_tokens=96)
    findings = [
        {
            "line": int(line),
            "end_line": int(line),
            "category": Category.BUG,
            "evidence": Evidence.OPINION,
            "message": message.strip(),
        }
        for line, message in _BARE_FINDING.findall(answer)[:1]
    ]
    return Answer(answer, more={"findings": findings})


def score(item: Fields, record: Fields) -> Scores:
    """Say for each group of findings whether it found the bug, or raised a false alarm."""
    scores: Scores = {}
    for name, kinds in GROUPS.items():
        bugs = [
            finding
            for finding in record["findings"]
            if finding["category"] == Category.BUG and Evidence(finding["evidence"]) in kinds
        ]
        if item["label"] == "bug":
            near = any(_is_near(finding, item["bug_lines"]) for finding in bugs)
            scores[f"{name}: bug found"] = (int(near), 1)
        else:
            scores[f"{name}: false alarm"] = (int(bool(bugs)), 1)
    return scores


def remarks(scores: Sequence[Scores]) -> list[str]:
    """Give the balanced accuracy of each group: the mean of found, and silent on clean."""
    sums, lines = total(scores), list[str]()
    for name in GROUPS:
        found, alarms = share(sums, f"{name}: bug found"), share(sums, f"{name}: false alarm")
        if found is not None and alarms is not None:
            lines.append(f"{name}: balanced accuracy {50 * (found + 1 - alarms):.1f} %")
    return lines


def _is_near(finding: Fields, bug_lines: Sequence[int]) -> bool:
    first, last = finding["line"] - NEAR, finding["end_line"] + NEAR
    return any(first <= line <= last for line in bug_lines)


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "path": finding.path,
        "line": finding.first_line,
        "end_line": finding.last_line,
        "severity": finding.severity,
        "category": finding.category,
        "evidence": finding.evidence,
        "source": finding.source,
        "rule": finding.rule,
        "message": finding.message,
        "quote": finding.quote,
        "suggestion": finding.suggestion,
    }


KIND = Kind(
    needs=("label", "path", "diff", "new_file", "bug_lines"),
    ours=ours,
    bare=bare,
    score=score,
    remarks=remarks,
)
