"""The runs of ``codegen fix`` that are kept, in the terminal: their list, and one step by step."""

from agent.graph import last_state, require_langgraph
from agent.report import FixReport
from agent.runs import Request, Run
from agent.trajectory import Line, read_trajectory
from codegen_lsp.errors import UsageError


def listed(run: Run) -> str:
    """Return one line about a run."""
    try:
        request, report = run.request(), run.report()
    except UsageError as error:
        return f"{run.id}  {error.message}"
    return f"{run.id}  {_state(report):14} {request.project}"


def shown(run: Run) -> str:
    """Return all about a run but its report: what was asked, and each step."""
    request = run.request()
    lines = [*_asked(run, request)]
    for line in read_trajectory(run.trajectory):
        lines += _step(line)
    if run.report() is None:
        require_langgraph()
        reached = last_state(run.checkpoints)
        where = f"before {reached.next}" if reached is not None else "before its first step"
        lines.append(f"It was ended {where}: codegen fix --resume {run.id} goes on.")
    return "\n".join(lines)


def _asked(run: Run, request: Request) -> list[str]:
    limits = request.settings
    amounts = f"{limits.max_tries} tries, {limits.max_seconds} s, {limits.max_tokens} tokens"
    command = " ".join(request.test) if request.test is not None else "the project's pytest"
    return [
        f"run      {run.id}, begun {request.started}",
        f"project  {request.project}",
        f"tests    {command}",
        f"model    {request.model or 'not named'}",
        f"limits   {amounts}, {limits.test_seconds} s for the tests",
        f"sandbox  {limits.sandbox}",
        f"tree     {request.base}",
        "",
    ]


def _step(line: Line) -> list[str]:
    head = f"{line.number:4}  {line.seconds:7.1f} s  {line.step:<10} took {line.took:6.2f} s"
    spent = f"{line.tries} tries, {line.answers} answers, {line.tokens_written} tokens"
    lines = [f"{head}  ({spent})", *(f"{'':19}{text}" for text in line.said)]
    for exchange in line.exchanges:
        lines += ["", "----- asked", exchange.prompt]
        for number, output in enumerate(exchange.outputs, 1):
            lines += [f"----- answer {number} of {len(exchange.outputs)}", output]
        lines += ["-----", ""]
    return lines


def _state(report: FixReport | None) -> str:
    return "unfinished" if report is None else report.outcome.value.replace("_", " ")
