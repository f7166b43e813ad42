"""The one background thread of a worker: it probes each dependency, again and again."""

import logging
import os
import threading
from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)


class Prober:
    """Calls every probe each ``interval_seconds``. A thread does not live through a fork, so each
    process starts its own: ``ensure_started`` costs one comparison when it already runs.
    """

    def __init__(self, interval_seconds: float, probes: Sequence[Callable[[], None]]) -> None:
        self._interval_seconds = interval_seconds
        self._probes = probes
        self._process_id: int | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._first_round = threading.Event()

    @property
    def has_looked(self) -> bool:
        """True once every probe has run in this process: before that nothing is known."""
        return self._process_id == os.getpid() and self._first_round.is_set()

    def ensure_started(self) -> None:
        """Start the thread of this process unless it runs."""
        if self._process_id == os.getpid():
            return
        with self._lock:
            if self._process_id == os.getpid():
                return
            self._first_round.clear()
            self._stopping.clear()
            threading.Thread(target=self._run, name="fasti-prober", daemon=True).start()
            self._process_id = os.getpid()

    def stop(self) -> None:
        """Let the thread end after the round it is in."""
        self._stopping.set()
        self._process_id = None

    def run_once(self) -> None:
        """Run every probe now; a probe that raises does not keep the others from running."""
        for probe in self._probes:
            try:
                probe()
            except Exception:
                # The edge of the thread: an end of it would leave every breaker as it is for good.
                logger.exception("a probe failed")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.run_once()
            self._first_round.set()
            self._stopping.wait(self._interval_seconds)
