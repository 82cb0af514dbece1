"""A report of ``codegen fix`` as Markdown, to be put into a pull request.

Names of tests, files and notes come from a repository, so each stands in code, where Markdown means
nothing.
"""

from collections.abc import Iterable

from agent.report import Certificate, FixReport
from agent.wording import cost_of, model_of, totals_of


def markdown_of(report: FixReport) -> str:
    """Return the report as Markdown."""
    lines = [f"## codegen fix: {_escaped(report.summary)}", ""]
    if report.certificate is not None:
        lines += _certificate(report.certificate, report)
    elif report.advice is not None:
        lines += [f"**Next:** {_escaped(report.advice)}", ""]
    if report.fallen:
        lines += ["<details><summary>Refused candidates</summary>", ""]
        lines += [
            f"- {each.number}: {code(each.function)}, at {each.stage}: {code(each.reason)}"
            for each in report.fallen
        ]
        lines += ["", "</details>", ""]
    lines += [f"- {code(note)}" for note in report.notes]
    if report.diff:
        lines += ["", fenced(report.diff, "diff")]
    return "\n".join(lines).rstrip() + "\n"


def code(text: str) -> str:
    """Return ``text`` as code within a line, whatever it holds."""
    line = " ".join(text.split())
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fenced(text: str, language: str) -> str:
    """Return ``text`` as a code block that nothing in it can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def _certificate(certificate: Certificate, report: FixReport) -> list[str]:
    rows = {
        "Failed before, pass now": _list(certificate.fixed),
        "Still failing, not part of this": _list(certificate.still_failing),
        "Flaky, set aside": _list(certificate.flaky),
        "Suite before": totals_of(certificate.totals_before),
        "Suite after": f"{totals_of(certificate.totals_after)}, nothing newly failing",
        "Files changed": _list(certificate.files),
        "Test files": f"{certificate.test_files} untouched, sha256 `{certificate.tests_sha256}`",
        "Ruff": f"{certificate.new_ruff_errors} new errors",
        "Made for tree": code(certificate.base),
        "Ran": _list(report.commands),
        "Under": report.sandbox,
        "Model": code(model_of(certificate, report)),
        "Model's file": f"sha256 `{certificate.model_sha256}`" if certificate.model_sha256 else "",
        "Cost": cost_of(report.cost),
    }
    known = {name: text.replace("|", "\\|") for name, text in rows.items() if text}
    lines = [f"| {name} | {text} |" for name, text in known.items()]
    return ["| what | verified |", "|---|---|", *lines, ""]


def _list(texts: Iterable[str]) -> str:
    return "<br>".join(code(text) for text in texts)


def _escaped(text: str) -> str:
    """Return ``text`` so that Markdown takes it literally."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]<>#|!~&" else mark for mark in text)


def _longest_run(text: str) -> int:
    longest = run = 0
    for mark in text:
        run = run + 1 if mark == "`" else 0
        longest = max(longest, run)
    return longest
