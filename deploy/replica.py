"""What a replica does whatever serves it: before it starts, at both ends of a worker, and before it
stops.
"""

import os
import shutil
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from app.settings import Settings, SettingsError

HANG_SECONDS = 10.0
"""A worker that says nothing for so long hangs: no answer takes a second."""

FINISH_SECONDS = 30
"""An answer under way gets so long to finish when its worker is told to stop."""

BACKLOG = 2048
"""Connections that may wait for a worker to take them."""


def load_settings() -> Settings:
    """Return the settings. Exits, saying all that is wrong with them."""
    try:
        return Settings.load()
    except SettingsError as error:
        raise SystemExit(f"Fasti cannot start:\n{error}") from None


def forget_earlier_metrics() -> None:
    """Let every counter start at 0: files of an earlier life would be counted again.

    To be called before the application is imported: the metrics open their files as they are.
    """
    if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(directory, ignore_errors=True)
        Path(directory).mkdir(parents=True)


def begin_work(app: Flask, listeners: Sequence[socket.socket]) -> None:
    """In a new worker: look at the dependencies at once, not at the first request.

    listeners: the sockets it accepts connections from.
    """
    from app.health import EXTENSION as HEALTH
    from app.store import EXTENSION as STORE

    app.extensions[HEALTH].saturation.listeners = listeners
    app.extensions[STORE].prober.ensure_started()


def end_work(app: Flask) -> None:
    """In a worker that answers nothing any more: what it counted and what it holds is not lost."""
    from app.health import EXTENSION as HEALTH
    from app.limits import EXTENSION as LIMITS

    app.extensions[HEALTH].leave()
    app.extensions[LIMITS].usage.flush()
    app.extensions[LIMITS].storage.return_leases()


def forget_worker(pid: int) -> None:
    """Let the metrics of a worker that ended be summed up, and its live ones be dropped."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def drain(settings: Settings) -> None:
    """Let readiness fail while the workers go on answering, so that balancers leave."""
    from app.health.draining import start_draining

    start_draining()
    time.sleep(settings.drain_seconds)
