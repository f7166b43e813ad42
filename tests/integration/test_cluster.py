"""Any replica answers for all of them, by what their workers report to a real Valkey."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.health import EXTENSION as HEALTH
from app.health import draining
from app.observability.tally import TALLY
from app.store.reports import REPORTS_KEY, SEEN_KEY, STEP_PREFIX
from tests.conftest import store_of
from tests.integration.conftest import MakeReplica, Valkey


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("app.health.cluster.KEPT_SECONDS", 0)
    monkeypatch.setattr("app.health.cluster.SETTLED_SECONDS", -1)
    yield
    draining.reset()


@pytest.fixture
def one(make_replica: MakeReplica) -> Flask:
    return make_replica(replica="one", probe_seconds=1)


@pytest.fixture
def other(make_replica: MakeReplica) -> Flask:
    replica = make_replica(replica="other", probe_seconds=1)
    store_of(replica).worker_share.beat()
    return replica


def seen_by(replica: Flask) -> Any:
    store_of(replica).worker_share.beat()
    response = replica.test_client().get("/health/cluster")
    assert response.status_code == 200
    return response.json


def statuses(replica: Flask) -> dict[str, str]:
    return {shown["name"]: shown["status"] for shown in seen_by(replica)["replicas"]}


def silence(valkey: Valkey, name: str, seconds: float) -> None:
    """Let the workers of a replica have reported last so long ago."""
    with valkey.client() as client:
        for worker in client.zrange(SEEN_KEY, 0, -1):
            if worker.startswith(name.encode()):
                client.zadd(SEEN_KEY, {worker: (time.time() - seconds) * 1000})


@pytest.mark.usefixtures("other")
def test_one_replica_shows_the_other_too(one: Flask) -> None:
    body = seen_by(one)
    assert (body["is_complete"], body["answered_by"]) == (True, "one")
    assert [replica["name"] for replica in body["replicas"]] == ["one", "other"]


@pytest.mark.usefixtures("other")
def test_who_died_without_a_word_is_down_then_forgotten(one: Flask, valkey: Valkey) -> None:
    silence(valkey, "other", 3)
    assert statuses(one)["other"] == "down"
    silence(valkey, "other", 901)
    assert list(statuses(one)) == ["one"]
    with valkey.client() as client:
        assert client.hlen(REPORTS_KEY) == client.zcard(SEEN_KEY) == 1


def test_who_was_told_to_stop_is_not_down(one: Flask, other: Flask, valkey: Valkey) -> None:
    draining.start_draining()
    assert seen_by(other)["replicas"][0]["status"] == "draining"
    other.extensions[HEALTH].leave()
    draining.reset()
    silence(valkey, "other", 10)
    assert statuses(one)["other"] == "stopped"
    store_of(other).worker_share.beat()  # The thread may come once more, and says nothing.
    silence(valkey, "other", 61)
    assert list(statuses(one)) == ["one"]


def test_a_worker_that_ends_unasked_says_nothing(one: Flask, other: Flask, valkey: Valkey) -> None:
    other.extensions[HEALTH].leave()
    silence(valkey, "other", 10)
    assert statuses(one)["other"] == "down"


@pytest.mark.usefixtures("other")
def test_without_redis_the_others_are_unknown_and_the_breaker_is_not_touched(
    one: Flask, valkey: Valkey
) -> None:
    assert seen_by(one)["is_complete"]
    valkey.pause()
    try:
        response = one.test_client().get("/health/cluster")
    finally:
        valkey.resume()
    body: Any = response.json
    assert (body["is_complete"], body["status"]) == (False, "degraded")
    assert body["known_at"]
    assert {replica["name"] for replica in body["replicas"]} == {"one", "other"}
    assert not store_of(one).redis.breaker.is_open


def test_who_was_cut_off_itself_calls_nobody_dead(
    one: Flask, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, other: Flask
) -> None:
    monkeypatch.setattr("app.health.cluster.SETTLED_SECONDS", 3600)
    silence(valkey, "other", 30)
    assert statuses(one)["other"] == "unknown"


def test_what_could_not_be_delivered_comes_with_a_later_report(one: Flask, valkey: Valkey) -> None:
    TALLY.answered("GET", "/x", 500, 0.002)
    valkey.pause()
    try:
        store_of(one).worker_share.beat()
    finally:
        valkey.resume()
    seen_by(one)
    with valkey.client() as client:
        steps = [client.hgetall(key) for key in client.keys(f"{STEP_PREFIX}*")]
        ends = [client.ttl(key) for key in client.keys("fasti:*")]
    counted = [sum(int(step.get(name, 0)) for step in steps) for name in (b"requests", b"errors")]
    # Valkey may have done what it could not tell in time: then it counts twice.
    assert counted in ([1, 1], [2, 2])
    assert all(0 < end <= 900 for end in ends)
