"""gunicorn's worker with threads: it leaves no caller waiting when it stops, grows or hangs, and
spends less on each request. docs/decisions/0022 says on what.
"""

import selectors
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from deploy import plain_request
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

    def init_process(self) -> None:
        """As gunicorn does, in the new process; until the worker ends."""
        plain_request.install()
        super().init_process()

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

    def get_thread_pool(self) -> "_Threads":
        """Return the threads that answer."""
        return _Threads(self.cfg.threads, self._answer)

    def enqueue_req(self, conn: Any) -> None:
        """Let a thread answer what has come on a connection."""
        self.tpool.waiting.put(conn)

    def _answer(self, conn: Any) -> None:
        """In a thread: answer, and await the next request without waking the main thread.

        gunicorn wakes it after each answer, by a future and a pipe: a tenth of what one costs.
        """
        try:
            result = self.handle(conn)
            if result is True and self.alive and not conn.parser.unreader.buf.getvalue():
                self._await_next(conn)
                return
        except Exception:
            self.log.exception("a connection is given up")
            result = False
        done: Future[Any] = Future()
        done.set_result(result)
        self.method_queue.defer(self.finish_request, conn, done)

    def _await_next(self, conn: Any) -> None:
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        if not self.alive:  # Since now: the main thread may not have seen this connection.
            conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        readable = partial(self.on_client_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def handle(self, conn: Any) -> Any:
        """Answer what comes on a connection, and note since when."""
        self._health.begin(id(conn))
        try:
            return super().handle(conn)
        finally:
            self._health.end(id(conn))

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # gunicorn looks twice for what is left of a body, with a time-out it sets and unsets.
        if keepalive and conn.parser.mesg.is_plain:
            conn.parser.mesg = None
            return True
        return bool(super()._keepalive_after(conn, keepalive))

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


class _Threads:
    """Threads that do ``work`` on what is waiting; an executor as far as gunicorn asks for one."""

    def __init__(self, count: int, work: Callable[[Any], None]) -> None:
        self.waiting: SimpleQueue[Any] = SimpleQueue()
        self._count = count
        for _ in range(count):
            threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def shutdown(self, wait: bool) -> None:
        """End each thread after what it does now."""
        for _ in range(self._count):
            self.waiting.put(None)

    def _run(self, work: Callable[[Any], None]) -> None:
        while (waiting := self.waiting.get()) is not None:
            work(waiting)
