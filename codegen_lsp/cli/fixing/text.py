"""A report of ``codegen fix`` as lines for the terminal."""

from agent.report import Certificate, FixReport
from agent.wording import cost_of, model_of, tests_of, totals_of

MOST_SHOWN = 5


def told(report: FixReport, *, applied: bool) -> str:
    """Return what was verified, or why there is no fix."""
    lines = [f"codegen: {report.summary}"]
    if report.certificate is not None:
        lines += certified(report.certificate, report)
        done = "applied to your files" if applied else "apply it with --apply, or with git apply"
        lines.append(f"  next            {done}")
    elif report.advice is not None:
        lines.append(f"  next            {report.advice}")
    lines += [
        f"  refused         answer {each.number}, {each.function}, at {each.stage}: {each.reason}"
        for each in report.fallen
        if report.certificate is None
    ]
    if report.cost.answers:
        lines.append(f"  cost            {cost_of(report.cost)}")
        lines.append(f"  sandbox         {report.sandbox}")
    lines += [f"  note            {note}" for note in report.notes]
    return "\n".join(lines)


def certified(certificate: Certificate, report: FixReport) -> list[str]:
    """Return the lines of a certificate."""
    lines = [f"  now passing     {case}" for case in certificate.fixed[:MOST_SHOWN]]
    if len(certificate.fixed) > MOST_SHOWN:
        lines.append(f"  now passing     and {len(certificate.fixed) - MOST_SHOWN} more")
    lines += [f"  still failing   {case}" for case in certificate.still_failing[:MOST_SHOWN]]
    lines += [f"  flaky, left out {case}" for case in certificate.flaky[:MOST_SHOWN]]
    lines += [
        f"  suite before    {totals_of(certificate.totals_before)}",
        f"  suite after     {totals_of(certificate.totals_after)}, nothing newly failing",
        f"  files changed   {', '.join(certificate.files)}",
        f"  tests           {tests_of(certificate)}",
        "  ruff            no new errors",
        f"  made for        tree {certificate.base}",
        f"  written by      {model_of(certificate, report)}",
    ]
    return lines + [f"  ran             {command}" for command in report.commands[:MOST_SHOWN]]
