"""The classes of server that applications are measured on, each as its users start it.

All of them: one worker, which keeps connections open, and as many threads as Fasti has by default.
"""

import importlib.util
import sys
from dataclasses import dataclass

from bench.processes import LOOPBACK

THREADS = 4  # FASTI_THREADS by default.
KEEP_ALIVE_SECONDS = 75  # As in deploy/gunicorn.conf.py; gunicorn's own 2 s would change nothing.


@dataclass(frozen=True)
class Server:
    """One class of server. name: how the report calls it; setting: what FASTI_SERVER does."""

    name: str
    setting: str
    threads: int

    def fasti(self, port: int) -> tuple[list[str], dict[str, str]]:
        """Return the command that serves Fasti as ``make up`` does, and its environment."""
        return [sys.executable, "-m", "deploy.serve"], {
            "FASTI_SERVER": self.setting,
            "FASTI_BIND": f"{LOOPBACK}:{port}",
            "FASTI_THREADS": str(self.threads),
        }

    def serving(self, callable_name: str, port: int, workers: int = 1) -> list[str]:
        """Return the command that serves any WSGI callable: ``module:name``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Gunicorn(Server):
    """gunicorn's gthread: plain, but for Fasti, which has a configuration of its own."""

    name: str = "gunicorn gthread"
    setting: str = "gunicorn"
    threads: int = THREADS

    def serving(self, callable_name: str, port: int, workers: int = 1) -> list[str]:
        """With the worker class, the threads and the keep-alive of Fasti."""
        return [
            *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}"),
            *("--worker-class", "gthread", "--workers", str(workers)),
            *("--threads", str(self.threads), "--keep-alive", str(KEEP_ALIVE_SECONDS)),
            *("--no-control-socket", callable_name),
        ]


@dataclass(frozen=True)
class Granian(Server):
    """Granian over WSGI: Rust reads and writes HTTP, Python answers."""

    name: str = "granian"
    setting: str = "granian"
    threads: int = 1

    def serving(self, callable_name: str, port: int, workers: int = 1) -> list[str]:
        """With so many threads that run Python."""
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", LOOPBACK),
            *("--port", str(port), "--workers", str(workers)),
            *("--blocking-threads", str(self.threads), "--no-access-log", callable_name),
        ]


def has_granian() -> bool:
    """True where Granian is installed."""
    return importlib.util.find_spec("granian") is not None
