"""Waiting in a test for what another thread or process is about to do."""

import time
from collections.abc import Callable


def eventually(
    what: Callable[[], object], within_seconds: float = 5, every_seconds: float = 0.02
) -> float:
    """Wait until ``what`` is true and return the seconds it took; fail the test when it takes too
    long.
    """
    started = time.monotonic()
    while not what():
        elapsed = time.monotonic() - started
        assert elapsed < within_seconds, f"not so within {within_seconds} s"
        time.sleep(every_seconds)
    return time.monotonic() - started
