"""The circuit breaker: after a failure a dependency is left alone until a probe sees it back."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from app.observability import metrics

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


PROBES_TO_OPEN = 2


class DependencyDown(Exception):
    """A dependency failed or is known to be down. ``dependency`` is its name."""

    def __init__(self, dependency: str) -> None:
        super().__init__(f"{dependency} is down")
        self.dependency = dependency


class Breaker:
    """Guards calls to one dependency. Safe between threads.

    Closed, it passes calls on; the first that fails opens it. Open, it refuses at once, so that no
    request waits for a second time-out; only ``probe`` can close it again. Each change is logged
    once and counted.
    """

    def __init__(self, dependency: str, failures: tuple[type[Exception], ...]) -> None:
        self.dependency = dependency
        self._failures = failures
        self._is_open = False
        self._failed_probes = 0
        self._since = datetime.now(UTC)
        self._turned_at = time.monotonic()
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """True while the dependency is taken to be down."""
        return self._is_open

    @property
    def since(self) -> datetime:
        """When the breaker last changed, or was made."""
        return self._since

    @property
    def open_seconds(self) -> float:
        """For how long it has been open; 0 while it is closed."""
        return time.monotonic() - self._turned_at if self._is_open else 0.0

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """Return what ``ask`` returns. Raises DependencyDown, at once when open."""
        if self._is_open:
            raise DependencyDown(self.dependency)
        try:
            return ask()
        except self._failures as error:
            self._open(error)
            raise DependencyDown(self.dependency) from error

    def probe(self, ask: Callable[[], object]) -> None:
        """Ask even when open: success closes the breaker, the second failure in a row opens it.

        One may be the machine's own: a busy one is late where nobody waited.
        """
        try:
            ask()
        except self._failures as error:
            self._failed_probes += 1
            if self._failed_probes >= PROBES_TO_OPEN:
                self._open(error)
            return
        self._failed_probes = 0
        self._turn(is_open=False, reason=None)
        # With each probe, so that a worker shows it before anything has failed.
        metrics.BREAKER_OPEN.labels(self.dependency).set(int(self._is_open))

    def _open(self, error: Exception) -> None:
        # The type alone: the text of a driver's error can hold a URL with its password.
        self._turn(is_open=True, reason=type(error).__name__)

    def _turn(self, *, is_open: bool, reason: str | None) -> None:
        with self._lock:
            if self._is_open == is_open:
                return
            self._turned_at = time.monotonic()
            self._is_open, self._since = is_open, datetime.now(UTC)
        metrics.BREAKER_OPEN.labels(self.dependency).set(int(is_open))
        metrics.BREAKER_CHANGES.labels(self.dependency, "open" if is_open else "closed").inc()
        if is_open:
            logger.warning("%s is down (%s)", self.dependency, reason)
        else:
            logger.info("%s is back", self.dependency)
