"""Our processes, told from others that happen to have the same pid.

supervisor starts every program through ``launch``, which records pid, start and executable.
supervisor also makes each program the leader of a process group of its own, so what a killed master
leaves behind (workers of nginx and of replicas) is the rest of that group. A record may be old: the
machine was rebooted, the pid given to somebody else. A process is ours only when it is in the
group, was not started before the leader, and runs the recorded executable.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from deploy.local.paths import Paths
from deploy.local.private_files import write_private
from deploy.local.state import read_json

# psutil knows the time of boot to the second only, and reads it anew in every process.
START_TOLERANCE_SECONDS = 1.5
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Launched:
    """A program as it was last started. ``started`` is seconds after boot, which no change of the
    clock moves; ``var`` tells a record from one that came with a copied directory.
    """

    name: str
    pid: int
    started: float
    executable: str
    var: str

    def save(self, paths: Paths) -> None:
        """Write the record of this program over the one before."""
        write_private(paths.launched / f"{self.name}.json", json.dumps(asdict(self)))

    def members(self) -> list[psutil.Process]:
        """Return the processes of this launch still alive: leader, or what it left."""
        return [process for process in psutil.process_iter() if self._is_member(process)]

    def _is_member(self, process: psutil.Process) -> bool:
        try:
            return (
                process.pid != os.getpid()
                and os.getpgid(process.pid) == self.pid
                and seconds_after_boot(process) >= self.started - START_TOLERANCE_SECONDS
                and process.exe() == self.executable
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except (psutil.Error, OSError):
            return False  # It ended while we looked, or belongs to another user.


def seconds_after_boot(process: psutil.Process) -> float:
    """Return when ``process`` started, in seconds after the machine did."""
    after_boot: float = process.create_time() - psutil.boot_time()
    return after_boot


def read_launched(paths: Paths, name: str) -> Launched | None:
    """Return the record of the program ``name``, or None when there is none that can be read."""
    content = read_json(paths.launched / f"{name}.json")
    try:
        launched = Launched(**content)
    except TypeError:
        return None
    return launched if launched.var == str(paths.var) else None


def leftovers(paths: Paths) -> list[psutil.Process]:
    """Return every living process that was launched for this stack."""
    names = sorted(file.stem for file in paths.launched.glob("*.json"))
    records = [record for name in names if (record := read_launched(paths, name))]
    return [process for record in records for process in record.members()]


def supervisord_process(paths: Paths) -> psutil.Process | None:
    """Return the running supervisord of this stack: the pid file's process, if it was given our
    configuration.
    """
    try:
        pid = int(paths.supervisor_pid.read_text(encoding="ascii"))
        process = psutil.Process(pid)
        ours = str(paths.supervisor_configuration) in process.cmdline()
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, psutil.Error):
        return None


def end(
    find: Callable[[], Iterable[psutil.Process]],
    patience_seconds: float,
    first_signal: int = signal.SIGTERM,
) -> int:
    """End what ``find`` returns, politely first; after ``patience_seconds`` with SIGKILL. Return
    how many there were.

    ``find`` is asked again and again, because a process that is ending may still start others.
    """
    seen: set[int] = set()
    deadline = time.monotonic() + patience_seconds
    while processes := list(find()):
        late = time.monotonic() > deadline
        for process in processes:
            if late or process.pid not in seen:
                _signal(process, signal.SIGKILL if late else first_signal)
                seen.add(process.pid)
        time.sleep(POLL_SECONDS)
    return len(seen)


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)  # psutil checks once more that the pid is still this process
    except psutil.NoSuchProcess:
        return


def executable_of(command: str) -> str:
    """Return the file that runs for ``command``, links resolved, as the kernel names it."""
    return str(Path(command).resolve())
