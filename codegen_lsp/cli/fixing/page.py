"""One run as an HTML page that needs nothing else: no scripts, no files from elsewhere.

The frame and its style are ``page.html``. Everything that comes from a repository or a model is
escaped, and the page forbids scripts in its own policy.
"""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from agent.report import Certificate, Cost, FixReport
from agent.runs import Run
from agent.trajectory import Line, read_trajectory
from agent.wording import cost_of, model_of, totals_of
from codegen_lsp.errors import UsageError


def write_page(path: Path, report: FixReport, run: Run | None) -> None:
    """Write the page to ``path``; raises :class:`~codegen_lsp.errors.UsageError`."""
    lines = read_trajectory(run.trajectory) if run is not None else []
    try:
        path.write_text(page_of(report, lines, run.id if run is not None else ""), "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written", advice=error.strerror) from error


def page_of(report: FixReport, trajectory: Sequence[Line], name: str) -> str:
    """Return the page of a run called ``name``."""
    template = files("codegen_lsp.cli.fixing").joinpath("page.html").read_text("utf-8")
    sections = [_section("The change", _diff(report.diff))] if report.diff else []
    if report.certificate is not None:
        sections.append(_section("What was verified", _certificate(report.certificate, report)))
    if report.cost.seconds:
        sections.append(_section("Where the time went", _time(report.cost)))
    if report.fallen:
        rows = [
            (str(each.number), code(each.function), escape(each.stage), escape(each.reason))
            for each in report.fallen
        ]
        head = ("answer", "function", "refused at", "because")
        sections.append(_section("Refused candidates", _table(head, rows)))
    if trajectory:
        sections.append(_section("Step by step", _steps(trajectory)))
    if report.notes:
        notes = "".join(f"<p>{escape(note)}</p>" for note in report.notes)
        sections.append(_section("Notes", notes))
    return Template(template).substitute(
        title=escape(report.summary),
        run=escape(f", run {name}" if name else ""),
        outcome=escape(report.outcome.value),
        outcome_words=escape(report.outcome.value.replace("_", " ")),
        root=code(report.root),
        advice=f"<p>Next: {escape(report.advice)}</p>" if report.advice else "",
        sections="\n".join(sections),
    )


def code(text: str) -> str:
    """Return ``text`` as code."""
    return f"<code>{escape(text)}</code>"


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _certificate(certificate: Certificate, report: FixReport) -> str:
    after = f"{totals_of(certificate.totals_after)}, nothing newly failing"
    rows = {
        "Failed before, pass now": _codes(certificate.fixed),
        "Still failing": _codes(certificate.still_failing),
        "Flaky, set aside": _codes(certificate.flaky),
        "Suite before": escape(totals_of(certificate.totals_before)),
        "Suite after": escape(after),
        "Files changed": _codes(certificate.files),
        "Test files": f"{certificate.test_files} untouched, {code(certificate.tests_sha256)}",
        "Ruff": f"{certificate.new_ruff_errors} new errors",
        "Made for tree": code(certificate.base),
        "Ran": _codes(report.commands),
        "Under": escape(report.sandbox),
        "Model": escape(model_of(certificate, report)),
        "Model's file": code(certificate.model_sha256) if certificate.model_sha256 else "",
        "Cost": escape(cost_of(report.cost)),
    }
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{text}</td></tr>'
        for name, text in rows.items()
        if text
    )
    return f"<table><tbody>{body}</tbody></table>"


def _codes(texts: Iterable[str]) -> str:
    return "<br>".join(code(text) for text in texts)


def _time(cost: Cost) -> str:
    """Draw the seconds of the model, of the tests and of everything else as one bar."""
    rest = max(0.0, cost.seconds - cost.model_seconds - cost.test_seconds)
    shares = {"model": cost.model_seconds, "tests": cost.test_seconds, "rest": rest}
    total = sum(shares.values()) or 1.0
    bar = "".join(
        f'<i class="{name}" style="width:{100 * seconds / total:.1f}%"></i>'
        for name, seconds in shares.items()
    )
    key = "".join(f'<i class="{name}"></i>{name} {value:.1f} s' for name, value in shares.items())
    return f'<div class="time" aria-hidden="true">{bar}</div><p class="key">{key}</p>'


def _steps(trajectory: Sequence[Line]) -> str:
    body = "".join(
        f'<tr><td class="number">{line.seconds:.1f} s</td><td>{escape(line.step)}</td>'
        f"<td>{'<br>'.join(escape(text) for text in line.said)}{_exchanges(line)}</td>"
        f'<td class="number">{line.took:.2f} s</td></tr>'
        for line in trajectory
    )
    names = ("at", "step", "what", "took")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _exchanges(line: Line) -> str:
    return "".join(
        f"<details><summary>prompt</summary><pre>{escape(each.prompt)}</pre></details>"
        + "".join(
            f"<details><summary>answer {number}</summary><pre>{escape(text)}</pre></details>"
            for number, text in enumerate(each.outputs, 1)
        )
        for each in line.exchanges
    )


def _diff(diff: str) -> str:
    return f"<pre>{''.join(_diff_line(line) for line in diff.splitlines())}</pre>"


def _diff_line(line: str) -> str:
    if line.startswith(("--- ", "+++ ", "@@")):
        kind = "place"
    else:
        kind = {"+": "in", "-": "out"}.get(line[:1], "")
    return f'<span class="{kind}">{escape(line)}</span>'
