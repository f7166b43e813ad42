"""One limit over all replicas, whatever happens to the server that counts it."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.limits import EXTENSION
from app.limits.charging import Limits
from app.limits.storage import PREFIX
from app.store.breaker import PROBES_TO_OPEN, DependencyDown
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import PROBES_TO_RETURN, WORKERS_KEY
from tests.conftest import store_of, token_for, without_threads
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica, Valkey

PATH = "/api/v1/calendars/SE/days/2026-06-18"


def token_of(app: Flask, plan: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(app, plan=plan)}"}


def hammer(replicas: list[Flask], headers: dict[str, str], times: int) -> list[int]:
    def ask(number: int) -> int:
        client = replicas[number % len(replicas)].test_client()
        return client.get(PATH, headers=headers).status_code

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(ask, range(times)))


def test_three_replicas_admit_exactly_the_limit(make_replica: MakeReplica) -> None:
    replicas = [make_replica(replica=f"replica-{n}") for n in range(3)]
    statuses = hammer(replicas, token_of(replicas[0], "hundred-an-hour"), 300)
    assert (statuses.count(200), statuses.count(429)) == (100, 200)


def test_without_redis_the_replicas_admit_no_more_than_the_limit_together(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replicas = [without_threads(make_replica(replica=f"replica-{n}")) for n in range(3)]
    for _ in range(2):  # The first learns of those that came later in its second heartbeat.
        for replica in replicas:
            store_of(replica).worker_share.beat()
    valkey.kill()
    statuses = hammer(replicas, token_of(replicas[0], "hundred-an-hour"), 300)
    assert set(statuses) == {200, 429}
    assert statuses.count(200) == 100


def test_what_was_used_before_an_outage_stays_used(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replicas = [make_replica(replica=f"replica-{n}", probe_seconds=60) for n in range(3)]
    for _ in range(2):
        for replica in replicas:
            store_of(replica).worker_share.beat()
    headers = token_of(replicas[0], "hundred-an-hour")
    while time.time() % 3600 < 10:  # Such a pace would be taken to have gone on.
        time.sleep(0.1)
    assert hammer(replicas, headers, 60).count(200) == 60
    for replica in replicas:  # each gives back what it holds, and learns what all have used
        limits: Limits = replica.extensions[EXTENSION]
        limits.storage.return_leases()
    for replica in replicas:
        replica.test_client().get(PATH, headers=headers)
    valkey.kill()
    statuses = hammer(replicas, headers, 200)
    # What a replica knows is as old as its last answer: each takes some more to have been used.
    assert 90 <= 63 + statuses.count(200) <= 100


def test_a_redis_that_only_reads_is_down(make_replica: MakeReplica, valkey: Valkey) -> None:
    replica = make_replica(probe_seconds=60)
    with valkey.client() as client:
        client.config_set("min-replicas-to-write", 1)  # as a master that lost its replicas
        try:
            for _ in range(PROBES_TO_OPEN):
                store_of(replica).worker_share.beat()
            assert store_of(replica).redis.breaker.is_open
        finally:
            client.config_set("min-replicas-to-write", 0)
    store_of(replica).worker_share.beat()
    assert not store_of(replica).redis.breaker.is_open


def test_a_hung_redis_costs_one_time_out_and_then_nothing(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    timeout_seconds = 0.5
    replica = make_replica(probe_seconds=30, redis_timeout_seconds=timeout_seconds)
    headers = token_of(replica, "ten-counted-exactly")
    client = replica.test_client()
    assert client.get(PATH, headers=headers).status_code == 200
    valkey.pause()
    try:
        elapsed = []
        for _ in range(5):
            began = time.perf_counter()
            assert client.get(PATH, headers=headers).status_code == 200
            elapsed.append(time.perf_counter() - began)
    finally:
        valkey.resume()
    assert store_of(replica).redis.breaker.is_open
    # Not a speed test: a second wait would be a whole time-out more.
    assert elapsed[0] < 2 * timeout_seconds
    assert max(elapsed[1:]) < timeout_seconds


def test_a_replica_finds_redis_again_by_itself(make_replica: MakeReplica, valkey: Valkey) -> None:
    replica = make_replica(probe_seconds=0.2)
    headers = token_of(replica, "ten-counted-exactly")
    client = replica.test_client()
    client.get(PATH, headers=headers)
    valkey.kill()
    assert client.get(PATH, headers=headers).status_code == 200
    assert store_of(replica).redis.breaker.is_open
    valkey.start()
    deadline = time.monotonic() + 5
    while store_of(replica).redis.breaker.is_open and time.monotonic() < deadline:
        time.sleep(0.01)
    assert client.get("/health/ready").json["status"] == "ready"  # type: ignore[index]
    # The new server starts empty; the question asked while there was none is charged to it.
    with valkey.client() as redis:
        eventually(lambda: redis.keys(f"{PREFIX}*"))
    assert client.get(PATH, headers=headers).headers["X-RateLimit-Remaining"] == "8"


def test_redis_comes_back_to_one_worker_after_the_other(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    """It was told of nothing that was admitted meanwhile, and the first to ask is no exception."""
    probe_seconds = 0.25
    replicas = [
        without_threads(make_replica(replica=f"replica-{n}", probe_seconds=probe_seconds))
        for n in range(3)
    ]
    shares = [store_of(replica).worker_share for replica in replicas]
    for share in (*shares, *shares):
        share.beat()
    valkey.kill()
    headers = token_of(replicas[0], "hundred-an-hour")
    assert hammer(replicas, headers, 200).count(200) == 100
    valkey.start()
    for number, share in enumerate(shares, start=1):
        share.beat()
        assert not store_of(replicas[number - 1]).redis.breaker.is_open
        assert hammer(replicas[:number], headers, 30).count(200) == 0
    time.sleep(PROBES_TO_RETURN * probe_seconds)
    for replica in replicas:
        limits: Limits = replica.extensions[EXTENSION]
        limits.storage.renew_leases()
    assert hammer(replicas, headers, 60).count(200) == 0


def test_who_alone_could_not_ask_redis_asks_it_at_once_again(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    first, second = (
        store_of(without_threads(make_replica(replica=name, probe_seconds=60)))
        for name in ("a", "b")
    )
    first.worker_share.beat()
    second.worker_share.beat()

    def cut_off(_: Any) -> None:
        raise ConnectionError

    with pytest.raises(DependencyDown):
        first.redis.call(cut_off)
    second.worker_share.beat()
    first.worker_share.beat()
    assert first.worker_share.returning_until_milliseconds == 0
    assert first.worker_share.of(100) == 50


def test_a_worker_that_stops_beating_leaves_the_list(
    make_replica: MakeReplica, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.worker_share.GONE_AFTER_MILLISECONDS", 50)
    first, second = (store_of(make_replica(replica=name)).worker_share for name in ("a", "b"))
    first.beat()
    second.beat()
    assert (first.of(100), second.of(100)) == (100, 50)
    time.sleep(0.1)
    second.beat()
    assert second.of(100) == 100
    with valkey.client() as client:
        assert client.zcard(WORKERS_KEY) == 1


def test_no_call_waits_for_a_name_to_be_found(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = RedisGateway(valkey.url.replace("127.0.0.1", "localhost"), 1)
    gateway.probe(gateway.client.ping)
    look_up, asked = socket.getaddrinfo, []

    def note(host: str, *arguments: Any, **options: Any) -> Any:
        asked.append(host)
        if host == "localhost":
            raise socket.gaierror("gone")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    gateway.pool.disconnect()
    assert gateway.call(lambda client: client.ping())
    assert "localhost" not in asked
    gateway.probe(gateway.client.ping)  # It is asked where it was found last.
    assert "localhost" in asked
    assert not gateway.breaker.is_open
    gateway.close()
