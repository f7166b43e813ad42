"""How granian runs one replica; every number has its reason beside it."""

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from app.errors.problem import CONTENT_TYPE
from app.errors.problems import InternalError
from app.settings import Settings
from deploy import replica
from deploy.server_problems import problem_body
from deploy.worker_health import WorkerHealth
from deploy.worker_watch import Watched, WorkerWatch

logger = logging.getLogger(__name__)

UNIX = "unix:"
OWN_LOG = {"handlers": [], "propagate": True}  # Into ours, as JSON.


class GranianReplica(MPServer):  # type: ignore[misc]
    """A granian whose workers are forked from one that has the application, as gunicorn's are.

    What it overrides has no public door; the version is pinned, and tests run every part of it.
    """

    def __init__(self, settings: Settings) -> None:
        """Listen to nothing yet."""
        path = settings.bind.removeprefix(UNIX) if settings.bind.startswith(UNIX) else None
        super().__init__(
            "app.wsgi:app",
            uds=Path(path) if path else None,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            http=HTTPModes.http1,  # What nginx speaks to a replica.
            websockets=False,
            backlog=replica.BACKLOG,
            # It counts open connections, not requests: idle ones of all nginx workers have to fit.
            backpressure=1024,
            http1_settings=HTTP1Settings(
                # How long a connection may be idle as well: longer than nginx keeps one, so that
                # nginx is the one to close it.
                header_read_timeout=60_000,
                max_buffer_size=65_536,  # Twice the header fields that nginx lets pass.
            ),
            log_level=LogLevels(settings.log_level.lower()),
            log_dictconfig={"loggers": {"_granian": OWN_LOG, "granian.access": OWN_LOG}},
            log_access=False,  # nginx writes the access log, once for all replicas.
            respawn_failed_workers=True,
            respawn_interval=1.0,  # A worker is forked ready to answer; it boots nothing.
        )
        self._settings = settings
        self._drains = False
        self._watch = WorkerWatch(settings.workers, replica.HANG_SECONDS)
        self.on_startup(self._before_workers)

    def run(self, app: Flask) -> None:
        """Serve ``app`` until a signal says to stop."""
        master_pid = os.getpid()
        settings = self._settings

        def work(worker_id: int, *given: Any) -> None:
            self._health = WorkerHealth(settings.threads, settings.worker_memory_bytes)
            self._watch.start_beating(worker_id - 1, master_pid, self._health)
            replica.begin_work(app, [] if self.bind_uds else [self._sso])
            try:
                MPServer._spawn_wsgi_worker(worker_id, *given)
            finally:
                replica.end_work(app)

        self.serve(
            spawn_target=work, target_loader=lambda: whole(app, self._health), wrap_loader=False
        )

    def signal_handler_interrupt(self, *given: Any) -> None:
        """SIGTERM drains before it stops; SIGINT and SIGQUIT do not."""
        self._drains = given[0] == signal.SIGTERM
        super().signal_handler_interrupt(*given)

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the workers, which finish what is under way."""
        if self._drains:
            replica.drain(self._settings)
        # Its own time-out races with the thread that reaps a worker: it reports kills of the dead.
        patience = threading.Timer(replica.FINISH_SECONDS, self._kill_workers)
        patience.daemon = True
        patience.start()
        super().shutdown(exit_code)
        patience.cancel()

    def _kill_workers(self) -> None:
        for worker in list(self.wrks):
            worker.kill()

    def _before_workers(self) -> None:
        signal.signal(signal.SIGQUIT, self.signal_handler_interrupt)
        self._watch.start_looking(
            lambda: [Watched(worker.idx, worker._id(), worker.birth) for worker in list(self.wrks)]
        )

    def _spawn_worker(self, *given: Any, **named: Any) -> Any:
        """Have the metrics told when the worker has ended, by whoever waits for that."""
        worker = super()._spawn_worker(*given, **named)
        wait_for_end = worker._watcher

        def wait_and_forget() -> None:
            wait_for_end()
            replica.forget_worker(worker._id())

        worker._watcher = wait_and_forget
        return worker

    def _init_shared_socket(self) -> None:
        """Give all workers one socket to listen to. granian would give each its own on Linux: what
        waits there for a worker that ends is lost.
        """
        self._sso = listen(self._settings.bind)
        self._shd = SocketHolder(self._sso.fileno(), bool(self.bind_uds), replica.BACKLOG)  # type: ignore[call-arg]


def listen(bind: str) -> socket.socket:
    """Return what listens to ``host:port`` or ``unix:path``. Exits saying why it cannot."""
    try:
        if bind.startswith(UNIX):
            made = _listen_to_path(Path(bind.removeprefix(UNIX)))
        else:
            made = _listen_to_port(bind)
    except OSError as error:
        raise SystemExit(f"Fasti cannot start:\n{bind}: {error.strerror}") from None
    made.setblocking(False)
    return made


def _listen_to_port(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, int(port)), family=family, backlog=replica.BACKLOG)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _listen_to_path(path: Path) -> socket.socket:
    if path.is_socket():
        path.unlink()  # That of a replica that was killed.
    made = socket.socket(socket.AF_UNIX)
    try:
        made.bind(str(path))
    except OSError:
        made.close()
        raise
    path.chmod(0o777)  # As gunicorn does: who may reach it is a matter of its directory.
    made.listen(replica.BACKLOG)
    return made


def whole(application: WSGIApplication, health: WorkerHealth) -> WSGIApplication:
    """Let each answer of ``application`` leave in one piece, and its failure be a problem.

    health: told which threads are busy.

    granian sends the head before a body that comes in pieces, and of a failure the status alone.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        thread = threading.get_ident()
        health.begin(thread)
        try:
            return _joined(application(environ, start_response))
        except Exception:
            # The edge of the application, beyond Flask's own.
            logger.exception("the application failed")
            start_response("500 INTERNAL SERVER ERROR", [("Content-Type", CONTENT_TYPE)])
            return [problem_body(InternalError)]
        finally:
            health.end(thread)

    return answer


def _joined(pieces: Iterable[bytes]) -> list[bytes]:
    if isinstance(pieces, list):
        return pieces
    try:
        return [b"".join(pieces)]
    finally:
        if (close := getattr(pieces, "close", None)) is not None:
            close()


def run(settings: Settings) -> None:
    """Serve a replica. Facts are built here, before workers fork, and shared by them."""
    multiprocessing.set_start_method("fork")
    from app.wsgi import app

    GranianReplica(settings).run(app)
