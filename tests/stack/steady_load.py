"""A steady, bounded load of GETs through nginx, to see whether anybody notices what happens behind
it.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType

THREADS = 4
# Of each thread between two requests: together about 130 requests a second at most.
PAUSE_SECONDS = 0.03


class SteadyLoad:
    """Sends requests from entering the context to leaving it; ``outcomes`` counts statuses and
    failures, ``answered`` has for each answer when it came, by the monotonic clock, and after how
    many seconds.
    """

    def __init__(
        self,
        port: int,
        path: str | Callable[[], str],
        token: str,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        """Aim at a path on a loopback port, or at each that is given; nothing is sent yet.

        pause_seconds: 0 is all that these callers can ask.
        """
        self.outcomes: Counter[str] = Counter()
        self.answered: list[tuple[float, float]] = []
        self._port = port
        self._path = path if callable(path) else lambda: path
        self._pause_seconds = pause_seconds
        self._headers = {"Authorization": f"Bearer {token}"}
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(THREADS)]

    @property
    def failures(self) -> dict[str, int]:
        """Everything that was not a 200."""
        return {outcome: count for outcome, count in self.outcomes.items() if outcome != "200"}

    def __enter__(self) -> "SteadyLoad":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=20)

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._stopping.wait(self._pause_seconds):
            sent = time.monotonic()
            try:
                connection.request("GET", self._path(), headers=self._headers)
                response = connection.getresponse()
                response.read()
                self.answered.append((time.monotonic(), time.monotonic() - sent))
                self.outcomes[str(response.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self.outcomes[repr(error)] += 1
        connection.close()
