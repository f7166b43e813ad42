"""Answers in Valkey: shared by the replicas, behind the guards, and never an error."""

import pytest
from flask import Flask

from app.cache.backend import PREFIX
from app.facts.almanac import DATA_VERSION
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_shared_limits import token_of

PATH = "/api/v1/calendars/SE/holidays"


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
        assert client.get(key) == first.data
        assert 0 < client.ttl(key) <= 3600
        client.set(key, b'{"from": "the cache"}')
    second = make_replica().test_client().get(f"{PATH}?year=2026", headers=headers)
    assert second.json == {"from": "the cache"}


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
    bodies = [client.get(f"{PATH}?year={y}", headers=headers).json for y in (2026, 2027)]
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
