"""supervisord of this stack: started, asked over its own XML-RPC interface, shut down."""

import http.client
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from typing import Any

from deploy.local.errors import StackError
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import kept_password
from deploy.local.processes import POLL_SECONDS, end, supervisord_process
from deploy.local.programs import REPLICA_GROUP, SUPERVISOR_USER

START_SECONDS = 15.0
# Longer than any program may take to stop.
ANSWER_SECONDS = 60.0
SHUTDOWN_SECONDS = 60.0
NOT_RUNNING = 70  # supervisor.xmlrpc.Faults.NOT_RUNNING


@dataclass(frozen=True)
class ProgramState:
    """What supervisor says of a program. ``name`` is the one that supervisor wants to hear."""

    name: str
    state: str
    pid: int
    # When it last ended and with which status; 0 when it never did.
    ended: int
    exit_status: int
    log_file: str
    description: str

    @property
    def short_name(self) -> str:
        """The name without its group."""
        return self.name.rpartition(":")[2]


class _Transport(xmlrpc.client.Transport):
    """XML-RPC over a connection that does not wait for ever."""

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = super().make_connection(host)
        connection.timeout = ANSWER_SECONDS
        return connection


class Supervisor:
    """The door to one supervisord. A call of one that does not answer raises StackError."""

    def __init__(self, paths: Paths, port: int) -> None:
        """Name the supervisord of ``paths`` that listens on ``port``; nothing is asked yet."""
        password = kept_password(paths.secrets / "supervisor_password")
        self._paths = paths
        self._server = xmlrpc.client.ServerProxy(
            f"http://{SUPERVISOR_USER}:{password}@{LOOPBACK}:{port}/RPC2", transport=_Transport()
        )

    def start(self) -> None:
        """Start the daemon, and with it every program. Returns once it answers."""
        configuration = str(self._paths.supervisor_configuration)
        started = subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "supervisor.supervisord", "-c", configuration],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode != 0:
            reason = (started.stderr or started.stdout).strip().splitlines() or ["no reason given"]
            raise StackError(f"supervisord did not start: {reason[-1]}")
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord does not answer. See {self._paths.log}.")
            time.sleep(POLL_SECONDS)

    def answers(self) -> bool:
        """Whether it is there and lets us in."""
        try:
            self._call("getState")
        except StackError:
            return False
        return True

    def states(self) -> list[ProgramState]:
        """Return the state of every program, in the order they are started."""
        return [
            ProgramState(
                name=f"{info['group']}:{info['name']}",
                state=info["statename"],
                pid=info["pid"],
                ended=info["stop"],
                exit_status=info["exitstatus"],
                log_file=info["stdout_logfile"],
                description=info["description"],
            )
            for info in self._call("getAllProcessInfo")
        ]

    def start_stopped(self) -> None:
        """Start whatever is not running; what runs is left alone."""
        self._call("startAllProcesses", False)

    def stop_program(self, name: str) -> None:
        """Stop a program; return once it is gone. Raises xmlrpc.client.Fault when it is not up."""
        self._call("stopProcess", name, True)

    def stop_replica(self, name: str) -> None:
        """Stop one replica and wait until it is gone: drained, or killed when it takes too long."""
        try:
            self.stop_program(f"{REPLICA_GROUP}:{name}")
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != NOT_RUNNING:
                raise StackError(f"{name} was not stopped: {fault.faultString}") from fault

    def start_replica(self, name: str) -> None:
        """Start one replica, without waiting for it."""
        try:
            self._call("startProcess", f"{REPLICA_GROUP}:{name}", False)
        except xmlrpc.client.Fault as fault:
            raise StackError(f"{name} was not started: {fault.faultString}") from fault

    def shut_down(self) -> None:
        """Stop every program, then the daemon; return once it is gone, which SIGKILL sees to if
        need be.
        """
        try:
            self._call("shutdown")
        except (StackError, xmlrpc.client.Fault):
            end(self._processes, SHUTDOWN_SECONDS)
            return
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        while self._processes() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        end(self._processes, 0)

    def _processes(self) -> list[Any]:
        process = supervisord_process(self._paths)
        return [process] if process else []

    def _call(self, method: str, *arguments: object) -> Any:
        try:
            return getattr(self._server.supervisor, method)(*arguments)
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise StackError(
                "supervisord does not answer. Stop what is left and start again: make down up"
            ) from error
