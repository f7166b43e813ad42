"""Ends workers that hang, that have grown or whose master is gone, for a server that does not."""

import logging
import mmap
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from deploy.worker_health import WorkerHealth, memory_bytes

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Watched:
    """A worker as its master knows it. ``place`` is its own among the workers, from 0; ``born`` is
    of the monotonic clock.
    """

    place: int
    pid: int
    born: float


class WorkerWatch:
    """Workers write the time into memory that they share with their master, which reads it.

    To be made before the workers fork. hang_seconds: how old the last word of a worker may be.
    """

    def __init__(self, workers: int, hang_seconds: float) -> None:
        self._beats = memoryview(mmap.mmap(-1, 8 * workers)).cast("d")
        self._hang_seconds = hang_seconds

    def beat(self, place: int) -> None:
        """Say that the worker of this place is alive."""
        self._beats[place] = time.monotonic()

    def look(self, workers: Iterable[Watched]) -> None:
        """Kill whoever has said nothing for too long; the server starts another."""
        for worker in workers:
            if time.monotonic() - max(self._beats[worker.place], worker.born) > self._hang_seconds:
                logger.error("worker %d says nothing any more and is killed", worker.place + 1)
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)

    def start_looking(self, workers: Callable[[], Iterable[Watched]]) -> None:
        """In the master: look every second."""

        def run() -> None:
            while True:
                time.sleep(BEAT_SECONDS)
                self.look(workers())

        threading.Thread(target=run, name="fasti-worker-watch", daemon=True).start()

    def start_beating(self, place: int, master_pid: int, health: WorkerHealth) -> None:
        """In a worker: say every second that it is alive, unless it hangs; stop it once it has
        grown, or its master is gone.
        """

        def run() -> None:
            while os.getppid() == master_pid and not health.has_grown():
                if not health.hangs():
                    self.beat(place)
                time.sleep(BEAT_SECONDS)
            if health.has_grown():
                logger.warning("has grown to %d MiB, and is replaced", memory_bytes() >> 20)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=run, name="fasti-beat", daemon=True).start()
