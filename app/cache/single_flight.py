"""Of those who ask for the same at once, one makes it and the others take what it made."""

import threading
from collections.abc import Callable


class _Flight:
    """One making. ``made`` is None until it is done, and when it failed.

    under_way: held by the maker until then. Most makings have nobody who waits for them, and a lock
    costs a tenth of an Event.
    """

    def __init__(self) -> None:
        self.under_way = threading.Lock()
        self.under_way.acquire()
        self.made: bytes | None = None

    def wait(self, seconds: float) -> None:
        """Wait until it is done, or for so long."""
        if self.under_way.acquire(timeout=seconds):
            self.under_way.release()


class SingleFlight:
    """The makings under way in this worker.

    wait_seconds: how long a caller waits for another's making before it makes its own. Nobody hangs
    on a maker that failed or is slow.
    """

    def __init__(self, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._flights: dict[str, _Flight] = {}
        self._lock = threading.Lock()

    def run(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what ``make`` makes, or what another made under ``key`` meanwhile.

        Raises what ``make`` raises, to its own caller alone.
        """
        with self._lock:
            flight = self._flights.get(key)
            is_maker = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not is_maker:
            flight.wait(self._wait_seconds)
            return make() if flight.made is None else flight.made
        try:
            flight.made = make()
            return flight.made
        finally:
            with self._lock:
                del self._flights[key]
            flight.under_way.release()
