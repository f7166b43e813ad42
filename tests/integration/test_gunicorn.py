"""One replica as it is run: gunicorn and its configuration, from first readiness to last."""

import json
import signal

import pytest
from flask import Flask

from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.replica import Replica
from tests.integration.test_shared_limits import token_of


@pytest.fixture
def bearer(make_replica: MakeReplica) -> dict[str, str]:
    maker: Flask = make_replica()
    return token_of(maker, "plenty")


def test_metrics_are_right_across_workers(replica: Replica, bearer: dict[str, str]) -> None:
    path = "/api/v1/calendars/SE/days/2026-06-19"
    statuses = [replica.get(path, bearer)[0] for _ in range(60)]
    assert statuses == [200] * 60
    lines = [
        line.rpartition(" ")[2]
        for line in replica.get("/metrics")[1].decode().splitlines()
        if line.startswith("fasti_http_requests_total") and "days/<date>" in line
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
        ("FASTI_PLANS_FILE", "pyproject.toml", "pyproject.toml:1: plans: Field required"),
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
