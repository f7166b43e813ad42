"""Waiting until replicas and the whole stack are ready, and saying why when they are not."""

import http.client
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.ports import LOOPBACK
from deploy.local.state import Stack
from deploy.local.supervisor import ProgramState, Supervisor

READY_SECONDS = 60.0
# One crash may be a port that was just taken; the second is a reason to stop waiting.
CRASHES_TO_GIVE_UP = 2
PROBE_SECONDS = 2.0
POLL_SECONDS = 0.1
SHOWN_LINES = 15
TAIL_BYTES = 16_384


def is_ready(port: int) -> bool:
    """Whether ``GET /health/ready`` on a loopback port answers 200 now."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/health/ready", headers={"Connection": "close"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_for_stack(supervisor: Supervisor, stack: Stack) -> None:
    """Return once every replica of ``stack`` is ready and nginx hands requests on. Raises as
    ``wait_for`` does.
    """
    wait_for(supervisor, stack.ports, stack.replicas())
    wait_for(supervisor, stack.ports, ["nginx"])


def wait_for(supervisor: Supervisor, ports: Mapping[str, int], names: list[str]) -> None:
    """Return once every program of ``names`` answers /health/ready with 200.

    Raises StackError, with the last log lines of what failed, after a minute, or as soon as a
    program has crashed twice.
    """
    deadline = time.monotonic() + READY_SECONDS
    crashes: dict[str, set[int]] = defaultdict(set)
    while missing := [name for name in names if not is_ready(ports[name])]:
        states = supervisor.states()
        for state in states:
            if state.ended and (state.exit_status != 0 or state.state == "BACKOFF"):
                crashes[state.short_name].add(state.ended)
        crashed = {name for name, ends in crashes.items() if len(ends) >= CRASHES_TO_GIVE_UP}
        if crashed or time.monotonic() > deadline:
            raise StackError(_failure(states, crashed or set(missing)))
        time.sleep(POLL_SECONDS)


def _failure(states: list[ProgramState], failed: set[str]) -> str:
    shown = [state for state in states if state.short_name in failed]
    return "\n".join(
        f"{state.short_name} is not ready ({state.state}). The end of {state.log_file}:\n"
        + "\n".join(f"  {line}" for line in last_lines(Path(state.log_file), SHOWN_LINES))
        for state in shown
    )


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last ``count`` lines of a log file; none when there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []
