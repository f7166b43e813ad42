"""The stack that is broken, started as `make up` does, and what can be seen of its health."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from deploy.local.errors import StackError
from deploy.local.paths import Paths
from deploy.local.supervisor import Supervisor
from tests.chaos.questions import token_question
from tests.stack.running_stack import RunningStack, request

REPLICAS = ("replica-1", "replica-2", "replica-3")
WORKERS = 2
NGINX_WORKERS = 2
# Every connection is one worker's: so many answers in a row are of both, but for 1 in 32.
ANSWERS_IN_A_ROW = 6
PROBE_SECONDS = 0.5
CLIENTS = ("north", "east", "south", "west")

SETTINGS = {
    "FASTI_PLANS_FILE": str(Path(__file__).with_name("plans.toml")),
    "FASTI_ACCESS_TOKEN_SECONDS": "7200",
    "FASTI_KEY_PUBLISHED_SECONDS": "4",
    # Short, so that answers are made anew through every fault, and not given again from before it.
    "FASTI_CACHE_SECONDS": "3",
}
OPTIONS = ("--port", "0", "--replicas", str(len(REPLICAS)), "--workers", str(WORKERS))


class ChaosStack(RunningStack):
    """Three replicas with two workers each, nginx, Valkey and SQLite, in a directory of its own."""

    @classmethod
    def below(cls, var: Path) -> "ChaosStack":
        """Name the stack in ``var``; it is not started yet."""
        return cls(var, SETTINGS, OPTIONS)

    @property
    def paths(self) -> Paths:
        """Where its files lie."""
        return Paths(self.var)

    @property
    def supervisor(self) -> Supervisor:
        """What keeps its programs running."""
        return Supervisor(self.paths, self.port("supervisor"))

    def flask(self, *arguments: str) -> str:
        """Run a command of the application and return what it printed."""
        done = self.command("flask", "--", *arguments)
        if done.returncode != 0:
            raise StackError(done.stderr)
        return done.stdout

    def add_client(self, name: str, *options: str) -> dict[str, str]:
        """Add a client; return its ``client_id`` and ``client_secret``."""
        client: dict[str, str] = json.loads(
            self.flask("clients", "create", "--id", name, "--name", name, *options)
        )
        self.issued.append(client["client_secret"])
        return client

    def changed(self, *options: str, **settings: str) -> None:
        """Bring the stack to other options and settings than it is named with."""
        other = replace(self, settings={**self.settings, **settings})
        done = other.up(*options)
        if done.returncode != 0:
            raise StackError(done.stderr)

    def restart(self) -> None:
        """Restart the replicas, one at a time."""
        done = self.command("restart")
        if done.returncode != 0:
            raise StackError(done.stderr)

    def kill(self, program: str) -> None:
        """Kill the process of ``program`` and all it has started, as a crash would."""
        self.signal(program, signal.SIGKILL)

    def signal(self, program: str, number: int) -> None:
        """Send a signal to the process of ``program`` and all it has started."""
        os.killpg(self.pid(program), number)

    def kill_for_good(self, program: str) -> None:
        """Kill a program, and have supervisor leave it until ``start_stopped``.

        It is stopped first, so that it cannot act on the signal by which supervisor ends it: the
        end is that of a crash.
        """
        self.signal(program, signal.SIGSTOP)
        ending = threading.Thread(target=self.supervisor.stop_program, args=(program,))
        ending.start()
        while self._state(program) != "STOPPING":
            time.sleep(0.005)
        self.kill(program)
        ending.join()

    def _state(self, program: str) -> str:
        states = self.supervisor.states()
        return next(state.state for state in states if state.short_name == program)

    def start_stopped(self) -> None:
        """Start what was kept down."""
        self.supervisor.start_stopped()

    @property
    def database(self) -> Path:
        """The file of SQLite."""
        return self.paths.data / "fasti.sqlite3"

    def database_files(self) -> list[Path]:
        """The same with what lies beside it: the write-ahead log and its index."""
        return sorted(self.database.parent.glob(f"{self.database.name}*"))

    def health(self, program: str = "nginx") -> dict[str, Any]:
        """What /health/ready says on the port of ``program``; empty when it says nothing."""
        with suppress(OSError, http.client.HTTPException, ValueError):
            content: dict[str, Any] = request(
                self.port(program), "GET", "/health/ready", timeout_seconds=PROBE_SECONDS
            ).json()
            return content
        return {}

    def says(self, component: str, status: str) -> bool:
        """Whether every worker of every replica says that ``component`` is ``status``."""
        return all(
            self.health(replica).get("components", {}).get(component, {}).get("status") == status
            for replica in REPLICAS
            for _ in range(ANSWERS_IN_A_ROW)
        )

    def is_whole(self) -> bool:
        """Whether every process is there, and every worker says that nothing is down."""
        try:
            workers = {name: len(self.master(name).children()) for name in (*REPLICAS, "nginx")}
            is_complete = all(self.master(name).is_running() for name in self.valkeys())
        except psutil.Error:
            return False
        wanted = dict.fromkeys(REPLICAS, WORKERS) | {"nginx": NGINX_WORKERS}
        return (
            is_complete
            and workers == wanted
            and all(
                self.health(replica).get("status") == "ready"
                for replica in REPLICAS
                for _ in range(ANSWERS_IN_A_ROW)
            )
            and self.health().get("status") == "ready"
        )

    def valkeys(self) -> list[str]:
        """The programs that keep what Redis keeps: one, or two of which one is primary."""
        return [name for name in self._stack()["ports"] if name.startswith("valkey")]

    def log(self, program: str) -> "LogTail":
        """What ``program`` writes to its log from now on."""
        return LogTail(self.paths.log / f"{program}.log")

    def token_of(self, client: dict[str, str]) -> str:
        """A token of a client, asked for through nginx."""
        question = token_question(client)
        answer = request(
            self.port(), "POST", question.path, question.body.encode(), question.headers
        )
        self.issued.append(answer.json()["access_token"])
        return self.issued[-1]


class LogTail:
    """The part of a log file that is written after this was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size

    def has(self, text: str) -> bool:
        """Whether ``text`` was written since."""
        with self._path.open("rb") as file:
            file.seek(self._position)
            return text.encode() in file.read()


def wait_until(what: Callable[[], bool], within_seconds: float) -> float | None:
    """Wait until ``what`` is true; return when that was, in monotonic seconds, or None."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        asked_at = time.monotonic()
        if what():
            return asked_at
        time.sleep(0.05)
    return None
