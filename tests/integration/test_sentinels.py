"""A primary that dies or hangs under three Sentinels: another is found, and no revoked token is let
in.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_jwt_extended import decode_token

from app.auth import EXTENSION as AUTH
from app.store.bulletin import STREAM
from tests.conftest import MakeApp, store_of, token_for, without_threads
from tests.eventually import eventually
from tests.integration.sentinel_group import SentinelGroup

PATH = "/api/v1/calendars/SE/days/2026-06-18"
REVOKED = 100

# One group of servers for the module, and one failover after the other.
pytestmark = pytest.mark.xdist_group("sentinels")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelGroup]:
    made = SentinelGroup(tmp_path_factory.mktemp("sentinels"), down_after_milliseconds=500)
    try:
        yield made.start()
    finally:
        made.stop()


def make_replica(make_app: MakeApp, group: SentinelGroup, name: str) -> Flask:
    addresses = ",".join(f"{each.host}:{each.port}" for each in group.sentinels)
    return make_app(
        redis_url=group.url,
        redis_sentinels=addresses,
        redis_sentinel_service=group.service,
        redis_sentinel_password=group.sentinel_password,
        replica=name,
        probe_seconds=0.05,
        catch_up_seconds=3600,  # What is missed stays so, but for the failover.
        redis_timeout_seconds=0.5,  # The machine may be busy.
    )


def status_of(app: Flask, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get(PATH, headers=headers).status_code


def refused_by(apps: list[Flask], tokens: list[str]) -> int:
    """How many of the tokens are refused by each of the replicas."""
    return sum(all(status_of(app, token) == 401 for app in apps) for token in tokens)


def wait_until_redis_is(apps: list[Flask], *, up: bool) -> None:
    eventually(lambda: all(store_of(app).redis.breaker.is_open is not up for app in apps), 15)


def test_what_was_revoked_stays_so_when_the_primary_is_killed_and_its_replica_never_heard(
    make_app: MakeApp, group: SentinelGroup
) -> None:
    one, other = (make_replica(make_app, group, name) for name in ("one", "other"))
    away = without_threads(make_replica(make_app, group, "away"))  # It was paused meanwhile.
    for app in (one, other):
        store_of(app).prober.ensure_started()
    while not store_of(away).bulletin.is_current:
        store_of(away).bulletin.listen()
    tokens = [token_for(one) for _ in range(REVOKED)]
    assert {status_of(app, tokens[0]) for app in (one, other, away)} == {200}
    old, new = group.primary(), ({"valkey-1", "valkey-2"} - {group.primary()}).pop()
    with group.client(new) as replica:
        known = replica.xlen(STREAM)
        # It hears no more, and is not so far behind that it could not become primary.
        replica.config_set("masterauth", "wrong")
        replica.execute_command("CLIENT", "KILL", "TYPE", "master")
    with one.app_context():
        revoke = one.extensions[AUTH].revocations.revoke
        for number, token in enumerate(tokens):
            revoke(claims_of(one, token)["jti"], time.time() + 900 + number)
    group.kill(old)

    wait_until_redis_is([one, other], up=False)
    store_of(away).bulletin.listen()  # It finds its connection lost, and looks at SQL.
    assert refused_by([one, other, away], tokens) == REVOKED

    assert group.wait_for_failover(old) == new
    wait_until_redis_is([one, other], up=True)
    with group.client(new) as primary:
        assert primary.xlen(STREAM) == known  # The news is lost indeed.
    newcomer = make_replica(make_app, group, "newcomer")
    assert refused_by([one, other, away, newcomer], tokens) == REVOKED

    group.start(old)  # The old one comes back, as the replica of the new.
    assert group.primary() == new


def test_a_primary_that_hangs_costs_one_time_out_and_is_not_asked_again_when_it_goes_on(
    make_app: MakeApp, group: SentinelGroup
) -> None:
    apps = [make_replica(make_app, group, f"replica-{number}") for number in range(3)]
    for app in apps:
        store_of(app).prober.ensure_started()
    headers = {"Authorization": f"Bearer {token_for(apps[0], plan='hundred-an-hour')}"}

    def ask(number: int) -> tuple[int, float]:
        began = time.perf_counter()
        answer = apps[number % 3].test_client().get(PATH, headers=headers)
        return answer.status_code, time.perf_counter() - began

    assert [ask(number)[0] for number in range(30)] == [200] * 30
    old = group.primary()
    with group.client(old) as client:
        client.set("last", "write")
        assert client.wait(1, 5000) == 1  # A replica that has just come lags for a second.
    group.pause(old)
    with ThreadPoolExecutor(3) as pool:
        during = list(pool.map(ask, range(30)))
    assert {status for status, _ in during} <= {200, 429}
    # Not a speed test: a second wait would be a whole time-out more.
    assert max(seconds for _, seconds in during) < 1.0
    new = group.wait_for_failover(old)
    wait_until_redis_is(apps, up=True)
    group.resume(old)  # It takes itself for the primary until a Sentinel tells it otherwise.
    admitted = 30 + [status for status, _ in during].count(200)

    def ask_more() -> int:
        nonlocal admitted
        admitted += [ask(number)[0] for number in range(90)].count(200)
        return admitted

    eventually(lambda: ask_more() >= 90, 10)  # By their shares until all workers are back.
    ask_more()
    for app in apps:
        primary = store_of(app).redis.primary
        assert primary is not None
        assert primary.port == group.ports[new]
    # A worker that asked nothing since the beginning may know of fewer than were admitted.
    assert admitted <= 110


def claims_of(app: Flask, token: str) -> dict[str, object]:
    with app.app_context():
        found: dict[str, object] = decode_token(token)
        return found
