"""What supervisor starts in place of a program: clear what its last run left behind, record the
pid, become the program.

``python -m deploy.local.launch <var> <name>``. A killed nginx master leaves workers that hold the
port for ever, so the next master could never listen; that of a replica
leaves workers that hold it for a second.
"""

import os
import signal
import sys
from pathlib import Path

import psutil

from deploy.local.high_availability import NODES, take_role
from deploy.local.paths import Paths
from deploy.local.processes import (
    Launched,
    end,
    executable_of,
    read_launched,
    seconds_after_boot,
)
from deploy.local.state import read_json

# What is left behind has lost its master: requests under way may end, longer is not worth the wait.
PATIENCE_SECONDS = 2.0


def launch(paths: Paths, name: str) -> None:
    """Become the program ``name`` as ``var/run/programs/<name>.json`` describes it. Does not
    return.
    """
    program = read_json(paths.programs / f"{name}.json")
    before = read_launched(paths, name)
    if before:
        end(before.members, PATIENCE_SECONDS, signal.Signals[program["stop_signal"]])
    if name in NODES:
        take_role(paths, name)
    command = program["command"]
    launcher = psutil.Process()
    is_python = command[0] == sys.executable
    Launched(
        name=name,
        pid=os.getpid(),
        started=seconds_after_boot(launcher),
        # Not always the resolved path: on macOS python is a stub that becomes another file.
        executable=launcher.exe() if is_python else executable_of(command[0]),
        var=str(paths.var),
    ).save(paths)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("FASTI_")}
    os.nice(program["nice"])
    os.execve(command[0], command, inherited | program["environment"])  # noqa: S606 (no shell wanted)


if __name__ == "__main__":
    launch(Paths(Path(sys.argv[1])), sys.argv[2])
