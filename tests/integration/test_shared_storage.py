"""All windows of a plan in one step of Redis, held against an account kept by the test."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.limits.exchange import Exchange
from app.limits.plan import Costs, Plan, WindowRule
from app.limits.storage import CHARGE_WINDOWS, PREFIX, SharedStorage, arguments_of
from app.limits.verdict import Verdict
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare
from tests.charge_windows_model import ModelOfRedis
from tests.integration.conftest import Valkey

PLAN = Plan(
    "tested", "", (WindowRule(50, 3600), WindowRule(70, 86_400)), Costs(), False, exact=True
)


class Milliseconds(WindowRule):
    """A window whose length is one of milliseconds."""

    @property
    def milliseconds(self) -> int:
        return self.seconds


@pytest.fixture
def gateway(valkey: Valkey) -> Iterator[RedisGateway]:
    made = RedisGateway(valkey.url, 1)
    yield made
    made.close()


def storage_of(gateway: RedisGateway) -> SharedStorage:
    return SharedStorage(redis=gateway, share=WorkerShare(gateway, "replica", 1))


def used(verdict: Verdict) -> list[int]:
    return [window.used for window in verdict.windows]


def test_a_cost_is_charged_to_every_window_or_to_none(gateway: RedisGateway) -> None:
    storage = storage_of(gateway)
    assert used(storage.decide("a", PLAN, 30)) == [30, 30]
    refused = storage.decide("a", PLAN, 21)
    assert (refused.is_admitted, used(refused)) == (False, [30, 30])
    assert used(storage.decide("a", PLAN, 20)) == [50, 50]
    assert used(storage.decide("b", PLAN, 0)) == [0, 0]


def test_the_server_decides_as_the_model_says(valkey: Valkey) -> None:
    """Windows of milliseconds, so that some hundred of them pass, by the clock of the server."""
    seeded = random.Random(11)
    rules = [(150, 40), (400, 130), (2000, 900)]
    plan = Plan("tested", "", tuple(Milliseconds(*rule) for rule in rules), Costs(), False)
    model = ModelOfRedis()
    outcomes: Counter[str] = Counter()
    held, granted_at = 0, 0
    with valkey.client() as client:
        script = client.register_script(CHARGE_WINDOWS)
        for _ in range(3000):
            given_back = seeded.randint(0, held)
            exchange = Exchange(
                "tested",
                plan,
                cost=seeded.randint(0, 4),
                wanted=seeded.randint(0, 6),
                held=held - given_back,
                parts=seeded.choice((2, 4, 12)),
                given_back=given_back,
                given_at_milliseconds=granted_at,
            )
            answer: Any = script(keys=["tested"], args=arguments_of(exchange, {}))
            is_admitted, now, granted, *told = answer
            expected = model.charge(exchange, now)
            counts = [
                count
                for window in expected.windows
                for count in (window.previous, window.current, window.elapsed_milliseconds)
            ]
            assert (bool(is_admitted), granted, told) == (
                expected.is_admitted,
                expected.granted,
                counts,
            )
            outcomes["admitted" if is_admitted else "refused"] += 1
            outcomes["granted"] += granted > 0
            outcomes["given back"] += given_back > 0
            if granted:  # What was held before is forgotten: a worker died with it.
                held, granted_at = granted, now
            else:
                held -= given_back
    assert min(outcomes.values()) > 50, outcomes


def test_the_second_in_which_redis_comes_back_holds_no_more_than_any_other(valkey: Valkey) -> None:
    """Six workers ask all the time, and see one after the other that it is back."""
    plan = Plan("tested", "", (WindowRule(12, 1),), Costs(), False)
    gateways = [RedisGateway(valkey.url, 1) for _ in range(6)]
    shares = [WorkerShare(each, f"replica-{n}", 6, 0.25) for n, each in enumerate(gateways)]
    workers = [
        SharedStorage(redis=gateway, share=share)
        for gateway, share in zip(gateways, shares, strict=True)
    ]
    admitted: Counter[int] = Counter()

    def ask_for(seconds: float) -> None:
        end = time.time() + seconds
        while (now := time.time()) < end:
            asked = sum(worker.decide("a", plan, 1).is_admitted for worker in workers)
            if int(now) == int(time.time()):  # By the clock of the server, which is the same.
                admitted[int(now)] += asked
            time.sleep(0.005)

    for share in (*shares, *shares):
        share.beat()
    valkey.kill()
    ask_for(2 - time.time() % 1 + 0.3)
    valkey.start()
    for share in shares:
        share.beat()
        ask_for(0.05)
    ask_for(2)
    for gateway in gateways:
        gateway.close()
    assert max(admitted.values()) == 12


def test_threads_of_several_workers_admit_exactly_the_limit(gateway: RedisGateway) -> None:
    workers = [storage_of(gateway) for _ in range(4)]

    def ask(number: int) -> int:
        cost = 1 + number % 3
        return cost if workers[number % 4].decide("a", PLAN, cost).is_admitted else 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(200))) == 50
    assert used(workers[0].decide("a", PLAN, 0)) == [50, 50]


def test_a_decision_is_one_round_trip_and_one_key(valkey: Valkey, gateway: RedisGateway) -> None:
    storage = storage_of(gateway)
    storage.decide("a", PLAN, 1)  # loads the script
    with valkey.client() as client:
        client.config_resetstat()
        for _ in range(10):
            storage.decide("a", PLAN, 1)
        commands: Any = client.info("commandstats")
        asked = {name: stats["calls"] for name, stats in commands.items() if "evalsha" in name}
        assert asked == {"cmdstat_evalsha": 10}
        assert client.keys() == [f"{PREFIX}a".encode()]
        assert 172_700 < client.ttl(f"{PREFIX}a") <= 172_800


def test_a_script_that_the_server_forgot_is_sent_again(
    valkey: Valkey, gateway: RedisGateway
) -> None:
    storage = storage_of(gateway)
    storage.decide("a", PLAN, 1)
    with valkey.client() as client:
        client.script_flush()
    assert used(storage.decide("a", PLAN, 1)) == [2, 2]


def test_who_waits_as_long_as_told_is_admitted(gateway: RedisGateway) -> None:
    """By the clock of the server, which nobody can move: a second or two have to pass."""
    storage = storage_of(gateway)
    plan = Plan("short", "", (WindowRule(4, 1), WindowRule(6, 2)), Costs(), False, exact=True)
    while (refused := storage.decide("a", plan, 3)).is_admitted:
        pass
    assert 1 <= refused.retry_after_seconds <= 3
    time.sleep(refused.retry_after_seconds)
    assert storage.decide("a", plan, 3).is_admitted


def test_a_smaller_plan_holds_at_once_and_another_window_begins_anew(
    gateway: RedisGateway,
) -> None:
    storage = storage_of(gateway)
    storage.decide("a", PLAN, 30)
    windows = (WindowRule(10, 3600), WindowRule(20, 7200))
    smaller = Plan("smaller", "", windows, Costs(), False, exact=True)
    refused = storage.decide("a", smaller, 1)
    assert not refused.is_admitted
    assert [window.remaining for window in refused.windows] == [0, 20]


def test_what_was_admitted_without_redis_is_charged_to_it_afterwards(
    valkey: Valkey, gateway: RedisGateway
) -> None:
    workers = [storage_of(gateway), storage_of(gateway)]
    valkey.kill()
    for worker in workers:
        assert worker.decide("a", PLAN, 20).is_admitted
    valkey.start()
    gateway.breaker.probe(gateway.client.ping)
    assert used(workers[0].decide("a", PLAN, 5)) == [25, 25]
    assert used(workers[1].decide("a", PLAN, 5)) == [50, 50]
    assert used(workers[0].decide("a", PLAN, 0)) == [50, 50]  # not once more


def test_it_is_charged_at_the_next_tick_whoever_asks_then(
    valkey: Valkey, gateway: RedisGateway
) -> None:
    away, other = storage_of(gateway), storage_of(gateway)
    valkey.kill()
    assert away.decide("a", PLAN, 15).is_admitted
    assert away.decide("b", PLAN, 7).is_admitted
    valkey.start()
    away.renew_leases()  # It is taken to be down: nothing is told.
    gateway.breaker.probe(gateway.client.ping)
    away.renew_leases()
    assert [used(other.decide(caller, PLAN, 0)) for caller in "ab"] == [[15, 15], [7, 7]]
    away.renew_leases()  # And it is told once.
    assert used(other.decide("a", PLAN, 0)) == [15, 15]


def test_a_clock_that_went_back_gives_nobody_more(valkey: Valkey, gateway: RedisGateway) -> None:
    storage = storage_of(gateway)
    number = int(time.time()) // 3600 + 3
    with valkey.client() as client:
        client.hset(f"{PREFIX}a", "3600000", f"{number} 0 50")
    assert not storage.decide("a", PLAN, 1).is_admitted
