"""Random-span infilling: the cursor stands anywhere in a line, and the item's tests decide."""

from tests.evals.completing import completed, filled
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.programs import program_ends_well


def ours(item: Fields, parts: Parts) -> Answer:
    """Complete at the hole."""
    return completed(item["prompt"], item["suffix"], parts, language=item["language"])


def bare(item: Fields, parts: Parts) -> Answer:
    """Fill the hole with all that the model writes."""
    return filled(item["prompt"], item["suffix"], parts.model)


def score(item: Fields, record: Fields) -> Scores:
    """Run the tests on the text with the hole filled."""
    call = f"\ncheck({item['entry_point']})\n"
    text = item["prompt"] + record["output"] + item["suffix"]
    passed = int(program_ends_well(text + item["test"] + call))
    same = int(record["output"].strip() == item["canonical_solution"].strip())
    scores: Scores = {"tests pass": (passed, 1), "exact match": (same, 1)}
    if record["output"]:
        scores["tests pass of what is shown"] = (passed, 1)
    return scores


KIND = Kind(
    needs=("prompt", "suffix", "canonical_solution", "language", "test", "entry_point"),
    ours=ours,
    bare=bare,
    score=score,
)
