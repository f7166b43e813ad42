"""Answers in Valkey: shared by the replicas, behind the guards, and never an error."""

import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.api.formats.negotiation import ICALENDAR
from app.api.v1.holidays.writers import WRITERS
from app.cache.shared import LEASE_PREFIX, PLAIN, PREFIX
from app.facts.almanac import DATA_VERSION
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_shared_limits import token_of

PATH = "/api/v1/calendars/SE/holidays.ics"
CHEAP = "/api/v1/calendars/SE/days/2026-06-19"


def keys(valkey: Valkey) -> list[bytes]:
    with valkey.client() as client:
        return list(client.scan_iter(f"{PREFIX}*"))


@pytest.fixture
def replica(make_replica: MakeReplica) -> Flask:
    return make_replica()


@pytest.fixture
def headers(replica: Flask) -> dict[str, str]:
    return token_of(replica, "1000/hour")


def test_an_answer_of_one_replica_serves_the_other(
    make_replica: MakeReplica, replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    first = replica.test_client().get(f"{PATH}?year=2026", headers=headers)
    (key,) = keys(valkey)
    assert DATA_VERSION.encode() in key
    with valkey.client() as client:
        languages, _, body = zlib.decompress(client.get(key)[1:]).partition(b"\n")
        assert (languages, body) == (b"en-US", first.data)
        assert 0 < client.ttl(key) <= 3600
        client.set(key, PLAIN + b"en-US\nfrom the cache")
    second = make_replica().test_client().get(f"{PATH}?year=2026", headers=headers)
    assert second.data == b"from the cache"


def test_other_code_and_other_caps_make_other_answers(
    make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(**settings: object) -> str:
        return str(make_replica(**settings).config["FASTI_ANSWER_VERSION"])

    before = version()
    assert version() == before
    assert version(max_range_days=100) != before
    monkeypatch.setattr("app.cache.version.ROOMS", ("domain", "facts"))
    assert version() != before


def test_a_cached_answer_is_for_nobody_without_a_token(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    client = replica.test_client()
    client.get(f"{PATH}?year=2026", headers=headers)
    assert len(keys(valkey)) == 1
    assert client.get(f"{PATH}?year=2026").status_code == 401


def test_the_query_is_part_of_the_question(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    client = replica.test_client()
    bodies = [client.get(f"{PATH}?year={y}", headers=headers).data for y in (2026, 2027)]
    assert bodies[0] != bodies[1]
    client.get(f"{PATH}?from=2026-01-01&to=2026-12-31", headers=headers)
    client.get(f"{PATH}?to=2026-12-31&from=2026-01-01", headers=headers)
    assert len(keys(valkey)) == 3


@pytest.mark.parametrize("path", ["?year=1", "?year=x", "?year=2026&x=1", "/nothing"])
def test_an_error_is_never_kept(
    replica: Flask, headers: dict[str, str], valkey: Valkey, path: str
) -> None:
    assert replica.test_client().get(f"{PATH}{path}", headers=headers).status_code >= 400
    assert keys(valkey) == []


def test_a_cheap_answer_asks_redis_for_nothing(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    client = replica.test_client()
    first = client.get(CHEAP, headers=headers)
    assert client.get(CHEAP, headers=headers).data == first.data
    assert keys(valkey) == []


def test_an_answer_of_the_workers_memory_needs_no_redis(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    client = replica.test_client()
    first = client.get(f"{PATH}?year=2026", headers=headers)
    with valkey.client() as connection:
        connection.delete(*keys(valkey))
    assert client.get(f"{PATH}?year=2026", headers=headers).data == first.data
    assert keys(valkey) == []


def test_many_who_ask_for_a_dear_answer_at_once_have_it_made_once(
    make_replica: MakeReplica,
    replica: Flask,
    headers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []

    def slowly(*question: object) -> bytes:
        made.append(question)
        time.sleep(0.1)  # A dear answer: long enough that all the others ask meanwhile.
        return b"BEGIN:VCALENDAR"

    monkeypatch.setitem(WRITERS, ICALENDAR, slowly)
    replicas = [replica, *(make_replica() for _ in range(2))]

    def ask(number: int) -> bytes:
        client = replicas[number % len(replicas)].test_client()
        return bytes(client.get(f"{PATH}?year=2026", headers=headers).data)

    with ThreadPoolExecutor(60) as threads:
        answers = list(threads.map(ask, range(60)))
    assert answers == [b"BEGIN:VCALENDAR"] * 60
    assert len(made) == 1


def test_a_maker_that_died_is_not_waited_for_longer_than_an_answer_takes(
    make_replica: MakeReplica,
    replica: Flask,
    headers: dict[str, str],
    valkey: Valkey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.cache.answers.LONGEST_WAIT_SECONDS", 0.05)
    first = replica.test_client().get(f"{PATH}?year=2026", headers=headers)
    (key,) = keys(valkey)
    with valkey.client() as connection:
        connection.delete(key)
        connection.set(key.replace(PREFIX.encode(), LEASE_PREFIX.encode()), b"")  # and never ends
    second = make_replica().test_client().get(f"{PATH}?year=2026", headers=headers)
    assert second.data == first.data
    assert keys(valkey) == [key]


def test_without_redis_debug_mode_answers_as_well(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    replica.debug = True
    valkey.kill()
    answer = replica.test_client().get(f"{PATH}?year=2026", headers=headers)
    assert answer.status_code == 200


def test_without_redis_the_answer_is_made_from_memory(
    replica: Flask, headers: dict[str, str], valkey: Valkey
) -> None:
    client = replica.test_client()
    before = client.get(f"{PATH}?year=2026", headers=headers)
    valkey.kill()
    after = client.get(f"{PATH}?year=2026", headers=headers)
    assert (after.status_code, after.data) == (200, before.data)
    assert after.headers["ETag"] == before.headers["ETag"]
