"""Single-line infilling: the first line that is shown must be the one that stood there.

The set of the Qwen2.5-Coder report, in Python, JavaScript and Java. A line is missing together with
the line ends on both of its sides. The bare model gets the text as it is, so that its answer may
begin with one; the product gets what an editor would hold, a blank line with the cursor on it.
"""

from pathlib import PurePath

from codegen_lsp.document.language import language_of_path
from tests.evals.completing import completed, filled, has_whole_line
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.programs import program_ends_well


def first_line(text: str) -> str:
    """Return the first line that is not blank, stripped; empty if there is none."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def ours(item: Fields, parts: Parts) -> Answer:
    """Complete on a blank line in the place of the missing one."""
    language = language_of_path(PurePath(f"hole.{item['language']}"))
    before = item["prompt"]
    if before and not before.endswith("\n"):
        before += "\n"
    return completed(before, "\n" + item["suffix"], parts, language=language)


def bare(item: Fields, parts: Parts) -> Answer:
    """Fill the hole in the item's own text."""
    return filled(item["prompt"], item["suffix"], parts.model, enough=has_whole_line)


def score(item: Fields, record: Fields) -> Scores:
    """Compare the first line; a Python line that differs is run with the item's tests."""
    wanted, found = item["canonical_solution"].strip(), first_line(record["output"])
    scores: Scores = {"exact match": (int(found == wanted), 1)}
    if record["output"]:
        scores["exact match of what is shown"] = scores["exact match"]
    if item["language"] == "py":
        scores["tests pass"] = (int(found == wanted or _passes(item, record["output"])), 1)
    return scores


def _passes(item: Fields, output: str) -> bool:
    line = next((line for line in output.splitlines() if line.strip()), "")
    parts = (item["prompt"], line, item["suffix"], item["test"])
    return bool(line) and program_ends_well("\n".join(parts))


KIND = Kind(
    needs=("prompt", "suffix", "canonical_solution", "language", "test"),
    ours=ours,
    bare=bare,
    score=score,
)
