"""One replica as it is run: gunicorn with its configuration, from the first readiness to the last."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_shared_limits import token_of

ROOT = Path(__file__).parents[2]
WORKERS = 2


class Replica:
    """A gunicorn of its own, with two workers."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "app.wsgi:app"],
            cwd=ROOT,
            env={**os.environ, **environment, "FASTI_BIND": f"127.0.0.1:{self.port}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def status(self) -> tuple[int, str]:
        """What readiness says; (0, "") when nobody listens."""
        try:
            code, body = self.get("/health/ready")
        except OSError:
            return 0, ""
        return code, json.loads(body)["status"]

    def wait_until(self, wanted: Any, seconds: float = 30) -> None:
        """Wait until readiness says ``wanted``."""
        deadline = time.monotonic() + seconds
        while self.status() != wanted:
            assert time.monotonic() < deadline, f"never {wanted}, but {self.status()}"
            time.sleep(0.05)


@pytest.fixture
def environment(
    make_replica: MakeReplica, valkey: Valkey, tmp_path: Path, signing_keys: Path
) -> dict[str, str]:
    make_replica()  # migrates the database
    return {
        "FASTI_SQL_URL": f"sqlite:///{tmp_path / 'fasti.sqlite3'}",
        "FASTI_REDIS_URL": valkey.url,
        "FASTI_SIGNING_KEYS_DIRECTORY": str(signing_keys),
        "FASTI_ISSUER": "https://fasti.test",
        "FASTI_WORKERS": str(WORKERS),
        "FASTI_PREBUILT_YEARS": "0",
        "FASTI_DRAIN_SECONDS": "1.5",
        "FASTI_PROBE_SECONDS": "0.1",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }


@pytest.fixture
def replica(environment: dict[str, str]) -> Iterator[Replica]:
    started = Replica(environment)
    started.wait_until((200, "ready"))
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.fixture
def bearer(make_replica: MakeReplica) -> dict[str, str]:
    maker: Flask = make_replica()
    return token_of(maker, "1000/hour")


def test_metrics_are_right_across_workers(replica: Replica, bearer: dict[str, str]) -> None:
    path = "/api/v1/calendars/SE/days/2026-06-19"
    statuses = [replica.get(path, bearer)[0] for _ in range(60)]
    assert statuses == [200] * 60
    lines = [
        line.rpartition(" ")[2]
        for line in replica.get("/metrics")[1].decode().splitlines()
        if line.startswith("fasti_http_requests_total") and "days/<date_text>" in line
    ]
    assert lines == ["60.0"]


def test_on_sigterm_readiness_fails_first_and_requests_are_still_answered(
    replica: Replica, bearer: dict[str, str]
) -> None:
    replica.process.send_signal(signal.SIGTERM)
    replica.wait_until((503, "draining"), seconds=1.4)
    assert replica.get("/api/v1/calendars/SE", bearer)[0] == 200
    assert replica.process.wait(timeout=20) == 0


def test_secrets_do_not_reach_the_log(
    replica: Replica, bearer: dict[str, str], valkey: Valkey, environment: dict[str, str]
) -> None:
    token = bearer["Authorization"].removeprefix("Bearer ")
    replica.get("/api/v1/calendars/XX", bearer)
    replica.get("/api/v1/calendars", {"Authorization": f"Bearer {token[:-3]}xxx"})
    valkey.kill()
    replica.wait_until((200, "degraded"))
    valkey.start()
    replica.wait_until((200, "ready"))
    replica.process.terminate()
    log = replica.process.communicate(timeout=20)[0].decode()
    assert "redis is down" in log
    assert "redis is back" in log
    assert token[:40] not in log
    assert valkey.url.split("@")[0].rpartition(":")[2] not in log
    own = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert all({"time", "level", "logger", "message", "replica"} <= line.keys() for line in own)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FASTI_RATE_LIMIT", "plenty", 'FASTI_RATE_LIMIT: Value error, must be a limit such as "'),
        ("FASTI_SIGNING_KEYS_DIRECTORY", "/nonexistent", "flask keys create makes one"),
    ],
)
def test_what_is_wrong_at_boot_is_said_in_a_line_without_a_traceback(
    environment: dict[str, str], variable: str, value: str, said: str
) -> None:
    replica = Replica({**environment, variable: value})
    output = replica.process.communicate(timeout=30)[0].decode()
    assert replica.process.returncode != 0
    assert said in output
    assert "Traceback" not in output
