"""Whether a worker is to be replaced, whatever serves it: all its threads hang, or it has grown."""

import random
import resource
import sys
import time

from deploy import replica

BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


class WorkerHealth:
    """Knows since when the threads of this worker have been busy, and how large it may be.

    threads: so many requests it answers at once. most_bytes: of memory, 0 for any; the worker takes
    it for up to a tenth less, so that workers which grow alike do not leave together.
    """

    def __init__(self, threads: int, most_bytes: int = 0) -> None:
        self._threads = threads
        self._most_bytes = most_bytes * random.uniform(0.9, 1)  # noqa: S311 - no secret
        self._began: dict[int, float] = {}

    def begin(self, key: int) -> None:
        """Note that a thread is busy from now on. key: whatever is its own meanwhile."""
        self._began[key] = time.monotonic()

    def end(self, key: int) -> None:
        """Note that it no longer is."""
        del self._began[key]

    def hangs(self) -> bool:
        """True when every thread has been busy with one request for too long."""
        began = list(self._began.values())
        return len(began) >= self._threads and time.monotonic() - max(began) >= replica.HANG_SECONDS

    def has_grown(self) -> bool:
        """True when the worker has had more memory at once than it may."""
        return bool(self._most_bytes) and memory_bytes() > self._most_bytes


def memory_bytes() -> int:
    """The most memory that this process has had at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_MAXRSS
