"""What one worker can say of all replicas: from their reports in Redis; without it, of itself."""

import threading
import time
from collections.abc import Callable

from app.health.picture import Picture
from app.health.report import WorkerReport, read_report
from app.health.reports_joined import Heard, Known, picture_of
from app.health.traffic import KEPT_STEPS, STEP_SECONDS
from app.store import Store
from app.store.breaker import DependencyDown
from app.store.reports import Board, Counts, read_board

KEPT_SECONDS = 0.5  # A thousand who look at it cost as much as two.
SETTLED_SECONDS = 3.0  # After an outage others have been heard by then, if they live.
CHANGING_STEPS = 3  # What is older changes no more, but after an outage of Redis.


class Cluster:
    """Makes the picture, at most twice a second. Safe between threads.

    Failure policy: while Redis is down what was known last holds for the others, and is said to be
    old. The reading waits for Redis no longer than its time-out.
    """

    def __init__(self, store: Store, report: WorkerReport, replica: str) -> None:
        self._store = store
        self._report = report
        self._replica = replica
        self._lock = threading.Lock()
        self._board = Board({}, {}, {})
        self._read_at: float | None = None
        self._steps: dict[int, Counts] = {}
        self._all_read_at = float("-inf")
        self._kept: dict[Callable[[Picture], bytes], bytes] = {}
        self._kept_until = float("-inf")
        self._picture: Picture | None = None

    def shown(self, write: Callable[[Picture], bytes]) -> bytes:
        """Return the picture as ``write`` writes it, which is asked once for each picture."""
        with self._lock:
            if self._picture is None or time.monotonic() >= self._kept_until:
                self._picture = self._look()
                self._kept = {}
                self._kept_until = time.monotonic() + KEPT_SECONDS
            if write not in self._kept:
                self._kept[write] = write(self._picture)
            return self._kept[write]

    def _look(self) -> Picture:
        share, now = self._store.worker_share, time.time()
        is_complete = self._read_board(now)
        waited = 0.0 if self._read_at is None else now - self._read_at
        itself = self._report.describe()
        workers = [Heard(itself, 0.0)]
        for name, text in self._board.texts.items():
            if name != share.worker:
                silent = self._board.silent_seconds[name] + waited
                workers.append(Heard(read_report(text), silent))
        return picture_of(
            Known(
                now=now,
                answered_by=self._replica,
                is_complete=is_complete,
                is_current=is_complete and share.heard_seconds > SETTLED_SECONDS,
                known_at=self._read_at,
                workers=workers,
                steps=self._steps,
            )
        )

    def _read_board(self, now: float) -> bool:
        newest = int(now) // STEP_SECONDS * STEP_SECONDS
        is_all_due = now - self._all_read_at > STEP_SECONDS
        count = KEPT_STEPS if is_all_due else CHANGING_STEPS
        steps = [newest - number * STEP_SECONDS for number in range(count + 1)]
        try:
            self._board = read_board(self._store.redis, steps)
        except DependencyDown:
            return False
        self._read_at = now
        if is_all_due:
            self._steps, self._all_read_at = {}, now
        self._steps.update(self._board.steps)
        return True
