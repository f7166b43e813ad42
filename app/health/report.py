"""What this worker reports of itself with each heartbeat."""

import os
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import orjson

from app.cache.memory import MemoryCache
from app.facts.almanac import DATA_VERSION
from app.health.condition import Condition
from app.health.traffic import Traffic
from app.json_response import json_bytes
from app.observability.release import VERSION
from app.observability.tally import TALLY
from app.settings import Settings
from app.store.reports import Report

STARTED_AT = time.time()  # Of the replica, where its workers are forked when it has loaded.


class WorkerReport:
    """Makes the reports of one worker.

    caches: those in memory, by kind; leased_units: what is held of the limits.
    """

    def __init__(
        self,
        settings: Settings,
        condition: Condition,
        caches: Mapping[str, MemoryCache],
        leased_units: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._condition = condition
        self._caches = caches
        self._leased_units = leased_units
        self.traffic = Traffic(TALLY, settings.replica)
        self._is_last = False

    def report(self) -> Report:
        """What is true now, and what was counted since the last report."""
        self.traffic.count()
        return Report(json_bytes(self.describe()), self.traffic.take())

    def undelivered(self, report: Report) -> None:
        """Keep for the next report what this one may not have brought."""
        self.traffic.give_back(report.steps)

    def say_stopped(self) -> None:
        """Let the last report say that the replica was told to stop."""
        self._is_last = True

    def describe(self) -> dict[str, Any]:
        """What this worker says of itself."""
        components = self._condition.components()
        return {
            "replica": self._settings.replica,
            "status": "stopped" if self._is_last else self._condition.status,
            "version": VERSION,
            "data_version": DATA_VERSION,
            "server": server_text(self._settings),
            "process_id": os.getpid(),
            "started_at": STARTED_AT,
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "busy_threads": TALLY.busy_threads,
            "beat_seconds": self._settings.probe_seconds,
            "components": {
                name: {"status": part.status, "since": part.since}
                for name, part in components.items()
            },
            "requests_per_second": round(self.traffic.requests_per_second, 2),
            "lately": self.traffic.lately(),
            "memory_cache_bytes": {name: cache.size_bytes for name, cache in self._caches.items()},
            "leased_units": self._leased_units(),
        }


def read_report(text: bytes) -> dict[str, Any]:
    """What a worker said, whichever release it is of."""
    found: dict[str, Any] = orjson.loads(text)
    return found


def server_text(settings: Settings) -> str:
    """The server that runs this process, with its version."""
    return f"{settings.server} {version(settings.server)}"
