"""A report with everything in it, hostile names included."""

import pytest

from agent.report import Certificate, Change, Cost, Fallen, FixReport, Outcome, Stage
from codegen_lsp.model.backend import Sampling

HOSTILE = "test_a.py::test_it[</pre><script>alert(1)</script>|``` `x` ```]"


@pytest.fixture
def report() -> FixReport:
    certificate = Certificate(
        base="b" * 40,
        test=None,
        only=None,
        function="total",
        files=("calc.py",),
        fixed=(HOSTILE,),
        still_failing=("test_b.py::test_other",),
        flaky=("test_c.py::test_now_and_then",),
        totals_before={"failed": 2, "passed": 5},
        totals_after={"failed": 1, "passed": 6},
        new_ruff_errors=0,
        test_files=3,
        tests_sha256="d" * 64,
        sampling=Sampling(0.6, 0.95, 17),
        model_sha256="e" * 64,
    )
    return FixReport(
        outcome=Outcome.FIXED,
        summary="verified fix of total in calc.py",
        advice=None,
        root="/home/somebody/project",
        folder=".",
        diff="--- a/calc.py\n+++ b/calc.py\n@@ -1 +1 @@\n-x = '<b>'\n+x = '```'\n",
        changes=(Change("calc.py", "x = '<b>'\n", "x = '```'\n"),),
        certificate=certificate,
        failing=(HOSTILE,),
        fallen=(Fallen(1, "total", Stage.PARSE, "the file no longer parses"),),
        cost=Cost(2, 5, 12.5, 8.25, 3.0, 900, 310, mutants=7),
        model="a-model",
        sandbox="bubblewrap: no network",
        commands=("python -m pytest",),
        notes=("link is left out: a symbolic link that leaves the tree",),
    )
