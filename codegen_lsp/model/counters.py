"""What the model has done since it was loaded: for benchmarks and for those who wonder."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counters:
    """Sums over all requests, those that were cancelled and work ahead included.

    ``tokens_read`` were decoded for prompts, ``tokens_written`` were generated. For so many
    ``milliseconds`` there was a request to work on; they are counted where a scheduler runs the
    model, and 0 elsewhere.
    """

    requests: int = 0
    tokens_read: int = 0
    tokens_written: int = 0
    milliseconds: float = 0.0
