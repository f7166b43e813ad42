"""One replica as it is run, from first readiness to last."""

import json
import signal
import socket
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from flask import Flask

from app.api.warm_up import hot_questions
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.replica import Replica, by_each_server
from tests.integration.test_shared_limits import token_of


@pytest.fixture
def bearer(make_replica: MakeReplica) -> dict[str, str]:
    maker: Flask = make_replica()
    return token_of(maker, "plenty")


@by_each_server
def test_metrics_are_right_across_workers_and_beyond_their_end(
    replica: Replica, bearer: dict[str, str], environment: dict[str, str]
) -> None:
    path = "/api/v1/calendars/SE/days/2026-06-19"
    statuses = [replica.get(path, bearer)[0] for _ in range(60)]
    assert statuses == [200] * 60
    eventually(lambda: _days_counted(replica) == ["60.0"], 10)  # They add up once a second.

    master = psutil.Process(replica.process.pid)
    killed = master.children()[0]
    live = Path(environment["PROMETHEUS_MULTIPROC_DIR"]) / f"gauge_livesum_{killed.pid}.db"
    assert live.exists()
    killed.kill()
    eventually(lambda: len(master.children()) == 2 and killed not in master.children(), 10)
    eventually(lambda: not live.exists(), 10)
    # As of a worker that begins, or was killed when it began.
    live.with_name("counter_1.db").touch()
    assert _days_counted(replica) == ["60.0"]


def test_the_first_answer_of_a_fresh_replica_to_a_hot_question_is_a_hit(
    environment: dict[str, str], bearer: dict[str, str]
) -> None:
    replica = Replica({**environment, "FASTI_WARM_UP_SECONDS": "30", "FASTI_DRAIN_SECONDS": "0"})
    try:
        replica.wait_until((200, "ready"))
        made = replica.answers("made")
        for question in hot_questions(datetime.now(UTC).date()):
            assert replica.get(question, bearer)[0] == 200, question
        assert replica.answers("made") == made > 0
    finally:
        replica.process.kill()
        replica.process.communicate()


def _days_counted(replica: Replica) -> list[str]:
    return [
        line.rpartition(" ")[2]
        for line in replica.get("/metrics")[1].decode().splitlines()
        if line.startswith("fasti_http_requests_total") and "days/<date>" in line
    ]


@by_each_server
def test_on_sigterm_readiness_fails_first_and_what_is_under_way_is_answered_at_last(
    replica: Replica, bearer: dict[str, str]
) -> None:
    body = b"grant_type=client_credentials&client_id=none&client_secret=none"
    with socket.create_connection(("127.0.0.1", replica.port), timeout=20) as connection:
        connection.sendall(
            b"POST /oauth/token HTTP/1.1\r\nHost: fasti.test\r\nContent-Length: %d\r\n" % len(body)
            + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            + body[:10]
        )
        replica.process.send_signal(signal.SIGTERM)
        replica.wait_until((503, "draining"), seconds=1.4)
        assert replica.get("/api/v1/calendars/SE", bearer)[0] == 200
        replica.wait_until((0, ""))  # Nobody listens any more.
        connection.sendall(body[10:])
        assert connection.recv(65_536).startswith(b"HTTP/1.1 401 ")
    assert replica.process.wait(timeout=20) == 0


@by_each_server
def test_workers_end_with_their_master(replica: Replica) -> None:
    master = psutil.Process(replica.process.pid)
    eventually(lambda: len(master.children()) == 2, 10)  # One is enough to be ready.
    workers = master.children()
    replica.process.kill()
    eventually(lambda: not any(worker.is_running() for worker in workers), 10)


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
