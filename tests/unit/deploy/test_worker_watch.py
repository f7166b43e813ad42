"""A worker that hangs is killed, and one without a master stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from deploy.worker_health import WorkerHealth
from deploy.worker_watch import Watched, WorkerWatch
from tests.eventually import eventually

HANG_SECONDS = 100.0


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_who_says_nothing_for_too_long_is_killed(worker: "subprocess.Popen[bytes]") -> None:
    silent = Watched(0, worker.pid, born=time.monotonic() - HANG_SECONDS - 1)
    watch = WorkerWatch(1, HANG_SECONDS)
    watch.look([silent])
    assert worker.wait(timeout=5) == -signal.SIGKILL
    watch.look([silent])  # Its master has not noticed yet.


@pytest.mark.parametrize("place", [0, 1])
def test_who_was_born_or_heard_of_lately_is_left_alone(
    worker: "subprocess.Popen[bytes]", place: int
) -> None:
    watch = WorkerWatch(2, HANG_SECONDS)
    watch.beat(1)
    born = time.monotonic() - (HANG_SECONDS + 1 if place == 1 else 0)
    watch.look([Watched(place, worker.pid, born)])
    assert worker.poll() is None


def test_a_worker_beats_and_stops_when_its_master_is_another() -> None:
    watch = WorkerWatch(1, HANG_SECONDS)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        watch.start_beating(0, 0, WorkerHealth(threads=1))
        time.sleep(60)
        os._exit(1)
    ended: list[int] = []

    def has_ended() -> bool:
        reaped, status = os.waitpid(pid, os.WNOHANG)
        if reaped:
            ended.append(os.waitstatus_to_exitcode(status))
        return bool(ended)

    eventually(has_ended, 10)
    assert ended == [-signal.SIGTERM]
