"""Facts of a report in words, for all who tell of it: terminal, pull request, page, editor."""

from agent.report import Certificate, Cost, FixReport


def tests_of(certificate: Certificate) -> str:
    """Say that the tests are as they were."""
    start = certificate.tests_sha256[:12]
    return f"{certificate.test_files} files untouched (sha256 {start})"


def model_of(certificate: Certificate, report: FixReport) -> str:
    """Say which model wrote the fix, and how, or that none did."""
    if certificate.mutation and not certificate.by_model:
        return f"a template, not the model: {certificate.mutation}"
    known = f" (sha256 {certificate.model_sha256[:12]})" if certificate.model_sha256 else ""
    if certificate.mutation:
        return f"{report.model}{known}, {certificate.mutation}"
    sampling = certificate.sampling
    how = (
        "greedily"
        if sampling.temperature == 0
        else f"temperature {sampling.temperature}, seed {sampling.seed}"
    )
    return f"{report.model}{known}, {how}"


def totals_of(totals: dict[str, int]) -> str:
    """Return counts of tests in words."""
    return ", ".join(f"{count} {name}" for name, count in totals.items())


def cost_of(cost: Cost) -> str:
    """Return what a run took in words."""
    return (
        f"{cost.tries} tries of {cost.answers} answers and {cost.mutants} mutants, "
        f"{cost.seconds:.1f} s "
        f"(model {cost.model_seconds:.1f}, tests {cost.test_seconds:.1f}), "
        f"{cost.tokens_written} tokens written"
    )
