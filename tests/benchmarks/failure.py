"""What a benchmark says when it cannot be run: one sentence, and no traceback."""


class BenchmarkError(Exception):
    """Something a benchmark needs is missing or broken; the message says what to do."""
