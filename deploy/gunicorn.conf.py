"""How gunicorn runs one replica; every number has its reason beside it."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

from app.settings import Settings, SettingsError

try:
    settings = Settings.load()
except SettingsError as error:
    raise SystemExit(f"Fasti cannot start:\n{error}") from None

bind = settings.bind
workers = settings.workers
worker_class = (
    "gthread"  # Keeps connections of nginx open, and has the evenest tail of the classes.
)
threads = settings.threads
preload_app = True  # Facts are built once and shared by the workers; what is wrong shows at boot.
backlog = 2048
timeout = 30  # A worker that says nothing for so long hangs: no answer takes a second.
graceful_timeout = 30  # An answer under way gets so long to finish on SIGTERM.
keepalive = 75  # Longer than nginx keeps an idle connection, so that nginx is the one to close it.
limit_request_line = 8190  # nginx refuses longer ones before.
accesslog = None  # nginx writes the access log, once for all replicas.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Let SIGTERM drain before it stops, answers leave whole, and gunicorn's own be problems."""
    from app.health.draining import start_draining
    from deploy import server_problems, whole_response

    whole_response.install()
    server_problems.install()

    def drain_then_stop() -> None:
        start_draining()
        time.sleep(settings.drain_seconds)  # Workers go on answering: balancers see 503 and leave.
        raise StopIteration

    server.handle_term = drain_then_stop


def post_worker_init(worker: Any) -> None:
    """Look at the dependencies at once, not at the first request."""
    from app.store import EXTENSION as STORE

    worker.app.callable.extensions[STORE].prober.ensure_started()


def worker_exit(server: Any, worker: Any) -> None:
    """Nothing is answered any more: what was counted and what is held is not to be lost."""
    from app.limits import EXTENSION as LIMITS

    if (application := worker.app.callable) is not None:
        application.extensions[LIMITS].usage.flush()
        application.extensions[LIMITS].storage.return_leases()


def child_exit(server: Any, worker: Any) -> None:
    """Let the metrics of a worker that ended be summed up, and its live ones be dropped."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


# A counter starts at 0 with the replica: files of an earlier life would be counted again. Done
# before the application is imported, since the metrics open their files as they are imported.
if metrics_directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    shutil.rmtree(metrics_directory, ignore_errors=True)
    Path(metrics_directory).mkdir(parents=True)
