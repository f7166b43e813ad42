"""The processes of a run: started, waited for, measured and ended."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10
SHOWN_CHARACTERS = 2_000


class CannotRun(Exception):
    """The run cannot go on; the message says why."""


def free_port() -> int:
    """Return a TCP port of the loopback address that is free at this moment."""
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        port: int = found.getsockname()[1]
    return port


def cores() -> list[int]:
    """The CPUs this process may use, where it can be kept to some of them; else none."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []


class Program:
    """A server, with the workers it forks.

    core: the CPU that all of it stays on; None: where the system likes.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        core: int | None = None,
    ) -> None:
        self.name = name
        self._log = log
        pin = partial(os.sched_setaffinity, 0, {core}) if core is not None else None
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**_inherited(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=pin,
                start_new_session=True,
            )

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait for it to be ready. Raises CannotRun with its last words when it never is."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError, http.client.HTTPException):
                if is_ready():
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                words = self._log.read_text(errors="replace")[-SHOWN_CHARACTERS:]
                raise CannotRun(f"{self.name} does not answer.\n{words}")
            time.sleep(0.05)

    def members(self) -> list[psutil.Process]:
        """The process and all that it started."""
        try:
            leader = psutil.Process(self._process.pid)
            return [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu_seconds(self) -> float:
        """The CPU time of all of it so far."""
        total = 0.0
        for process in self.members():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def private_bytes(self) -> int:
        """The private memory of its worker: of the largest process but the leader."""
        return max(int(process.memory_full_info().uss) for process in self.members()[1:])

    def stop(self) -> None:
        """End it, politely first."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(
                self._process.pid, signal.SIGKILL
            )  # What the leader left behind, if anything.
        self._process.wait()


def _inherited() -> dict[str, str]:
    """The environment without settings of a Fasti that has nothing to do with this."""
    own = ("FASTI_", "REFERENCE_", "PROMETHEUS_", "GUNICORN_", "GRANIAN_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


def ask(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: str | None = None,
) -> tuple[int, bytes]:
    """Return status and body of one request, on a connection of its own."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
