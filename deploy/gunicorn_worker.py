"""gunicorn's worker with threads, which leaves no caller waiting when it stops, grows or hangs."""

import random
import resource
import sys
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from deploy import replica

BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


class Worker(ThreadWorker):  # type: ignore[misc]
    """Stops listening the moment it stops accepting, lets itself be replaced when it has grown, and
    falls silent when all its threads hang, upon which its master kills it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._began: dict[int, float] = {}
        self._most_memory_bytes = 0.0
        self.alive: bool = True

    def limit_memory(self, most_bytes: int) -> None:
        """Be replaced beyond ``most_bytes``, 0 for never; or beyond up to a tenth less, so that
        workers which grow alike do not leave together.
        """
        self._most_memory_bytes = most_bytes * random.uniform(0.9, 1)  # noqa: S311 - no secret

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn does; one that stops takes what has connected, then lets go of the socket.

        gunicorn holds it until its last connection has ended, seconds later. Whoever connects to
        the last worker meanwhile would wait for nobody; refused, he is sent on by the balancer.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            taken = -1
            while listener.sock is not None and taken < self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()

    def handle(self, conn: Any) -> Any:
        """Answer what comes on a connection, and note since when."""
        self._began[id(conn)] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._began[id(conn)]

    def notify(self) -> None:
        """Tell the master that this worker lives, unless every thread is stuck."""
        began = list(self._began.values())
        if len(began) < self.cfg.threads or time.monotonic() - max(began) < replica.HANG_SECONDS:
            super().notify()
        most = self._most_memory_bytes
        if self.alive and most and memory_bytes() > most:
            self.log.warning("has grown to %d MiB, and is replaced", memory_bytes() >> 20)
            self.alive = False


def memory_bytes() -> int:
    """The most memory that this process has had at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_MAXRSS
