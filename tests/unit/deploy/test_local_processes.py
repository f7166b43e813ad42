"""Which processes are ours: the difference between clearing up and killing a stranger."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local.paths import Paths
from deploy.local.processes import (
    Launched,
    end,
    read_launched,
    seconds_after_boot,
    supervisord_process,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """The directories of a stack that was never started."""
    paths = Paths(tmp_path)
    paths.create()
    return paths


@pytest.fixture
def launched(paths: Paths) -> Iterator[Launched]:
    """The record of a process that leads a group of its own, as supervisor makes them."""
    with subprocess.Popen(SLEEP, start_new_session=True) as process:  # noqa: S603 (ours)
        started = psutil.Process(process.pid)
        yield Launched(
            name="valkey",
            pid=process.pid,
            started=seconds_after_boot(started),
            executable=started.exe(),
            var=str(paths.var),
        )
        process.kill()


def test_a_process_is_found_by_its_record(launched: Launched) -> None:
    assert [process.pid for process in launched.members()] == [launched.pid]


def test_a_pid_that_was_given_to_an_older_process_is_not_ours(launched: Launched) -> None:
    assert replace(launched, started=launched.started + 60).members() == []


def test_a_pid_that_was_given_to_another_program_is_not_ours(launched: Launched) -> None:
    assert replace(launched, executable="/usr/sbin/nginx").members() == []


def test_a_record_that_came_with_a_copied_directory_is_not_ours(
    launched: Launched, paths: Paths
) -> None:
    launched.save(paths)
    assert read_launched(paths, "valkey") == launched
    replace(launched, var="/the/original").save(paths)
    assert read_launched(paths, "valkey") is None


def test_what_is_found_is_ended_and_counted(launched: Launched) -> None:
    assert end(launched.members, patience_seconds=5) == 1
    assert launched.members() == []


def test_a_pid_file_that_names_a_stranger_is_no_supervisord(paths: Paths) -> None:
    paths.supervisor_pid.write_text(str(os.getppid()))
    assert supervisord_process(paths) is None
    paths.supervisor_pid.write_text("not a number")
    assert supervisord_process(paths) is None
