"""`make up`, `make down` and what may have happened between them."""

import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually
from tests.stack.running_stack import CHECKOUT, QUESTION, RunningStack


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def test_the_curl_line_answers_as_it_is_printed(stack: RunningStack) -> None:
    printed = stack.up().stdout
    (line,) = (line for line in printed.splitlines() if line.strip().startswith("curl "))
    done = subprocess.run(  # noqa: S603 (the line that `make up` printed)
        ["/bin/sh", "-c", f"{line} --silent --fail"],
        cwd=CHECKOUT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert '"is_business_day":false' in done.stdout.replace(" ", ""), done.stderr
    client = stack.client()
    assert client["client_id"] in printed
    assert client["client_secret"] in printed
    assert f"{stack.base_url}/docs" in printed


def test_a_second_up_says_that_it_runs_and_leaves_it_alone(stack: RunningStack) -> None:
    before = {process.pid for process in stack.processes()}
    started = time.monotonic()
    again = stack.up()
    assert again.returncode == 0, again.stderr
    assert "Already running" in again.stdout
    assert stack.base_url in again.stdout
    assert time.monotonic() - started < 15
    assert {process.pid for process in stack.processes()} == before


def test_secrets_can_be_read_by_their_owner_alone(stack: RunningStack) -> None:
    secrets = stack.var / "secrets"
    for directory in (stack.var, secrets, secrets / "signing-keys", stack.var / "run"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700, directory
    files = [file for file in secrets.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"fasti_redis_url", "fasti_sql_url", "redis_password"}
    keys = list((secrets / "signing-keys").iterdir())
    assert keys
    configuration = [stack.var / "run" / name for name in ("supervisord.conf", "valkey.conf")]
    for file in (*files, *configuration, stack.var / "demo-client.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_status_says_that_everything_runs(stack: RunningStack) -> None:
    done = stack.command("status")
    assert done.returncode == 0
    assert done.stdout.count("RUNNING") == 4
    assert f"{stack.base_url} is ready." in done.stdout


def test_a_busy_port_is_named_and_another_proposed(small_stack: RunningStack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = small_stack.up("--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is in use by another program" in done.stderr
    assert "make up PORT=" in done.stderr


def test_a_setting_the_application_refuses_is_shown_and_nothing_is_left(tmp_path: Path) -> None:
    wrong = RunningStack(tmp_path / "var", {"FASTI_RATE_LIMIT": "many"}, ("--port", "0"))
    done = wrong.up()
    assert done.returncode == 1
    assert "FASTI_RATE_LIMIT" in done.stderr
    assert "Not running" in wrong.command("down").stdout


def test_options_that_make_no_sense_are_named(small_stack: RunningStack) -> None:
    done = small_stack.up("--replicas", "none")
    assert done.returncode == 1
    assert done.stderr.startswith("fasti: REPLICAS=none is not a whole number")


@pytest.mark.long
def test_up_down_up_keeps_data_and_ports_and_down_leaves_no_process(
    small_stack: RunningStack,
) -> None:
    small_stack.started()
    processes = small_stack.processes()
    client, port = small_stack.client(), small_stack.port()
    done = small_stack.command("down")
    assert done.returncode == 0
    assert _alive(processes) == []
    # A pid file from before a reboot may name a process that has nothing to do with us.
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (small_stack.var / "run" / "supervisord.pid").write_text(str(stranger.pid))
        small_stack.started()
        assert stranger.poll() is None
        assert (small_stack.client(), small_stack.port()) == (client, port)
        # Other settings are applied.
        changed = small_stack.up("--workers", "2")
        assert "Running with other settings" in changed.stdout
        # Ready with its first worker, a replica may still be starting the second.
        eventually(lambda: len(small_stack.master("replica-1").children()) == 2, 5)
        assert small_stack.command("down").returncode == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.long
def test_what_a_killed_supervisord_leaves_is_found_by_status_up_and_down(
    small_stack: RunningStack,
) -> None:
    small_stack.started()
    port = small_stack.port()
    orphans = small_stack.processes()[1:]
    small_stack.supervisord().kill()
    eventually(lambda: "make down" in small_stack.command("status").stderr, 5)

    again = small_stack.up()
    assert again.returncode == 0, again.stderr
    assert "Cleared the remains" in again.stdout
    assert small_stack.port() == port
    assert _alive(orphans) == []
    token = small_stack.token()
    assert small_stack.get(QUESTION, {"Authorization": f"Bearer {token}"}).status == 200

    processes = small_stack.processes()
    small_stack.supervisord().kill()
    done = small_stack.command("down")
    assert "Stopped" in done.stdout
    assert _alive(processes) == []
