"""What clients asked, by day and kind: counted in memory, added up in Redis, and not lost there."""

import signal
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from jsonschema import validate

from app.limits import EXTENSION, usage
from app.limits.charging import Limits
from app.limits.cost import Questions
from app.limits.usage import FLUSH_SECONDS, KEPT_SECONDS, Usage
from app.store.prober import Prober
from app.store.redis_gateway import RedisGateway
from tests.conftest import token_for
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.replica import Replica, by_each_server

DAY = "/api/v1/calendars/SE/days/2026-06-18"
TODAY = date(2026, 11, 21)
SINGLE = Questions("single")


def limits_of(app: Flask) -> Limits:
    found: Limits = app.extensions[EXTENSION]
    return found


def token_of(app: Flask, plan: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(app, plan=plan)}"}


@pytest.fixture
def gateway(valkey: Valkey) -> Iterator[RedisGateway]:
    made = RedisGateway(valkey.url, 1)
    yield made
    made.close()


def allowed(counted: Usage, client_id: str = "acme") -> list[int]:
    return [day.allowed["single"] for day in counted.of(client_id, 3)]


def test_a_client_sees_what_it_asked_and_what_is_left(make_replica: MakeReplica) -> None:
    replicas = [make_replica(replica=f"replica-{n}") for n in range(2)]
    headers = token_of(replicas[0], "five-counted-exactly")
    client, other = (replica.test_client() for replica in replicas)
    client.get(DAY, headers=headers)
    other.get("/api/v1/calendars/SE/holidays.csv?year=2026", headers=headers)
    body = {"questions": ["calendars/SE", "calendars/NO"]}
    other.post("/api/v1/batch", json=body, headers=headers)
    limits_of(replicas[1]).usage.flush()
    response = client.get("/api/v1/me/usage", headers=headers)
    assert response.json is not None
    shown: Any = response.json
    assert (shown["client_id"], shown["plan"]) == ("tester", "five-counted-exactly")
    assert [(window["policy"], window["remaining"]) for window in shown["windows"]] == [("hour", 0)]
    assert shown["today"]["kinds"] == {
        "single": {"allowed": 2, "refused": 0},  # this one included
        "list": {"allowed": 1, "refused": 0},
        "feed": {"allowed": 0, "refused": 0},
        "batch": {"allowed": 2, "refused": 0},
    }
    assert client.get(DAY, headers=headers).status_code == 429
    limits_of(replicas[0]).usage.flush()
    today, *days = limits_of(replicas[1]).usage.of("tester", 31)
    assert (today.allowed["single"], today.refused["single"]) == (2, 1)
    assert {count for day in days for count in day.allowed.values()} == {0}
    assert len(shown["days"]) == 30
    document: Any = client.get("/openapi.json").json
    schema = {**document["components"]["schemas"]["UsageAnswer"], **document}
    validate(shown, schema)


def test_a_token_request_and_a_question_without_a_token_are_nobodys_usage(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replica = make_replica()
    replica.test_client().get("/api/v3/PublicHolidays/2026/SE")
    limits_of(replica).usage.flush()
    with valkey.client() as client:
        assert client.keys("fasti:usage:*") == []


def test_days_are_kept_apart_and_for_longer_than_they_are_shown(
    gateway: RedisGateway, valkey: Valkey
) -> None:
    today = [TODAY]
    counted = Usage(gateway, lambda: today[0])
    counted.count("acme", Questions("batch", 7), is_allowed=True)
    counted.count("acme", SINGLE, is_allowed=True)
    counted.count("other", SINGLE, is_allowed=False)
    counted.flush()
    today[0] += timedelta(days=1)
    counted.count("acme", SINGLE, is_allowed=True)
    assert allowed(counted) == [1, 1, 0]
    assert counted.of("acme", 2)[1].allowed["batch"] == 7
    assert counted.of("other", 2)[1].refused["single"] == 1
    with valkey.client() as client:
        assert client.ttl(f"fasti:usage:acme:{TODAY}") > 31 * 86_400
        assert client.ttl(f"fasti:usage:acme:{TODAY}") <= KEPT_SECONDS


def test_no_request_writes_and_a_flush_writes_once_for_many(
    make_replica: MakeReplica, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Prober, "ensure_started", lambda _self: None)
    replica = make_replica()
    headers = token_of(replica, "hundred-an-hour")
    client = replica.test_client()
    with valkey.client() as redis:
        redis.config_resetstat()
        for _ in range(20):
            client.get(DAY, headers=headers)
        commands: Any = redis.info("commandstats")
        assert "cmdstat_hincrby" not in commands
        limits_of(replica).usage.flush()
        commands = redis.info("commandstats")
        assert commands["cmdstat_hincrby"]["calls"] == 1


def test_what_is_counted_while_redis_is_down_is_added_up_afterwards(
    gateway: RedisGateway, valkey: Valkey
) -> None:
    counted = Usage(gateway, lambda: TODAY)
    valkey.kill()
    for _ in range(3):
        counted.count("acme", SINGLE, is_allowed=True)
        counted.flush()
    valkey.start()
    gateway.breaker.probe(gateway.client.ping)
    counted.flush()
    counted.flush()
    assert allowed(counted) == [3, 0, 0]


def test_what_waits_for_redis_is_bounded_and_what_is_lost_is_said(
    gateway: RedisGateway,
    valkey: Valkey,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(usage, "PENDING_COUNTERS", 2)
    monkeypatch.setattr(usage, "FLUSHED_AT_ONCE", 1)
    counted = Usage(gateway, lambda: TODAY)
    for client_id in ("a", "b", "c", "a", "d"):
        counted.count(client_id, SINGLE, is_allowed=True)
    counted.flush()
    found = [allowed(counted, client_id)[0] for client_id in ("a", "b", "c", "d")]
    assert found == [2, 1, 0, 0]
    assert caplog.messages == ["usage is lost: more than 2 counters wait for Redis"]


@by_each_server
def test_a_replica_told_to_stop_loses_nothing_and_a_killed_one_a_second(
    environment: dict[str, str], make_replica: MakeReplica
) -> None:
    known = make_replica()
    replica = Replica({**environment, "FASTI_DRAIN_SECONDS": "0"})  # no time for another flush
    replica.wait_until((200, "ready"))
    headers = token_of(known, "plenty")
    for _ in range(10):
        assert replica.get(DAY, headers)[0] == 200
    time.sleep(2 * FLUSH_SECONDS)  # the second that a killed one may lose
    workers = limits_of(known).usage
    assert allowed(workers, "tester")[0] == 10
    for _ in range(7):
        assert replica.get(DAY, headers)[0] == 200
    replica.process.send_signal(signal.SIGTERM)
    replica.process.communicate(timeout=30)
    assert allowed(workers, "tester")[0] == 17
