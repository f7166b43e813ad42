"""gunicorn's worker with threads, which leaves no caller waiting when it stops, grows or hangs."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from deploy.worker_health import WorkerHealth, memory_bytes

LOOK_SECONDS = 0.5  # gunicorn itself looks after every event, which are two for each request.


class Worker(ThreadWorker):  # type: ignore[misc]
    """Stops listening the moment it stops accepting, lets itself be replaced when it has grown, and
    falls silent when all its threads hang, upon which its master kills it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._health = WorkerHealth(self.cfg.threads)
        self._notified_at = self._parent_seen_at = 0.0
        self.alive: bool = True

    def limit_memory(self, most_bytes: int) -> None:
        """Be replaced beyond ``most_bytes`` or a little less, 0 for never. To be called before the
        first request.
        """
        self._health = WorkerHealth(self.cfg.threads, most_bytes)

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
        self._health.begin(id(conn))
        try:
            return super().handle(conn)
        finally:
            self._health.end(id(conn))

    def is_parent_alive(self) -> bool:
        """True unless the master is gone."""
        if time.monotonic() - self._parent_seen_at < LOOK_SECONDS:
            return True
        self._parent_seen_at = time.monotonic()
        return bool(super().is_parent_alive())

    def notify(self) -> None:
        """Tell the master that this worker lives, unless every thread is stuck."""
        if time.monotonic() - self._notified_at < LOOK_SECONDS:
            return
        self._notified_at = time.monotonic()
        if not self._health.hangs():
            super().notify()
        if self.alive and self._health.has_grown():
            self.log.warning("has grown to %d MiB, and is replaced", memory_bytes() >> 20)
            self.alive = False
