"""The background threads of a worker, one for each thing that is done again and again."""

import logging
import os
import threading
import weakref
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Prober:
    """Calls every probe again and again, each in a thread of its own: a dependency that hangs keeps
    nobody from seeing the others. Threads do not live through a fork, so each process starts its
    own; ``ensure_started`` costs one look when they run.

    probes: each with the seconds between two of its calls.
    """

    def __init__(self, *probes: tuple[Callable[[], None], float]) -> None:
        self._probes = list(probes)
        self._is_started = False
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._looked: set[int] = set()
        _probers.add(self)

    def add(self, probe: Callable[[], None], seconds: float) -> None:
        """Add a probe. To be called before the threads are started."""
        self._probes.append((probe, seconds))

    @property
    def has_looked(self) -> bool:
        """True once every probe has run in this process: before that nothing is known."""
        return self._is_started and len(self._looked) == len(self._probes)

    def ensure_started(self) -> None:
        """Start the threads of this process unless they run."""
        if self._is_started:
            return
        with self._lock:
            if self._is_started:
                return
            self._looked = set()
            self._stopping = threading.Event()
            for number, (probe, seconds) in enumerate(self._probes):
                threading.Thread(
                    target=self._run,
                    args=(number, probe, seconds, self._stopping),
                    name=f"fasti-probe-{number}",
                    daemon=True,
                ).start()
            self._is_started = True

    def stop(self) -> None:
        """Let each thread end after the probe it is in."""
        self._stopping.set()
        self._is_started = False

    def forget_threads(self) -> None:
        """Know, in a process that was forked, that the threads are those of the other."""
        self._is_started = False
        self._lock = threading.Lock()

    def run_once(self) -> None:
        """Run every probe now, one after the other."""
        for probe, _seconds in self._probes:
            self._guarded(probe)

    def _run(
        self, number: int, probe: Callable[[], None], seconds: float, stopping: threading.Event
    ) -> None:
        while not stopping.is_set():
            self._guarded(probe)
            self._looked.add(number)
            stopping.wait(seconds)

    @staticmethod
    def _guarded(probe: Callable[[], None]) -> None:
        try:
            probe()
        except Exception:
            # The edge of the thread: its end would leave a breaker as it is for good.
            logger.exception("a probe failed")


def _forget_threads() -> None:
    for prober in _probers:
        prober.forget_threads()


_probers: weakref.WeakSet[Prober] = weakref.WeakSet()
os.register_at_fork(after_in_child=_forget_threads)
