"""Leases on a real Valkey: never above a limit, and hardly a round trip in the way of a request."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.limits.leased_caller import TICK_SECONDS
from app.limits.plan import Costs, Plan, WindowRule
from app.limits.storage import PREFIX, SharedStorage
from app.limits.verdict import Verdict
from app.observability import metrics
from app.store.prober import Prober
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare
from tests.integration.conftest import Valkey

AMPLE = Plan("ample", "", (WindowRule(100_000, 3600), WindowRule(200_000, 86_400)), Costs(), False)
HUNDRED = Plan("hundred", "", (WindowRule(100, 3600), WindowRule(200, 86_400)), Costs(), False)


@pytest.fixture
def make_storage(valkey: Valkey) -> Iterator[Callable[[], SharedStorage]]:
    """Make storages of two workers, each with its own connections."""
    made: list[RedisGateway] = []

    def make() -> SharedStorage:
        gateway = RedisGateway(valkey.url, 1)
        made.append(gateway)
        return SharedStorage(redis=gateway, share=WorkerShare(gateway, "replica", 2))

    yield make
    for gateway in made:
        gateway.close()


@pytest.fixture
def workers(make_storage: Callable[[], SharedStorage]) -> list[SharedStorage]:
    return [make_storage(), make_storage()]


def trips(path: str) -> float:
    (made,) = metrics.LIMIT_TRIPS.labels(path).collect()  # of this counter alone: asked so often
    return next(sample.value for sample in made.samples if sample.name.endswith("_total"))


def charged(valkey: Valkey, key: str) -> int:
    """What Redis holds of the current hour."""
    with valkey.client() as client:
        found = client.hget(f"{PREFIX}{key}", "3600000")
    return int(found.split()[2]) if found else 0


def least_left(verdict: Verdict) -> int:
    return min(window.remaining for window in verdict.windows)


def used(verdict: Verdict) -> list[int]:
    return [window.used for window in verdict.windows]


def test_requests_after_the_first_wait_for_no_round_trip(workers: list[SharedStorage]) -> None:
    """1,000 requests a second of 50 callers, tick by tick, for two seconds."""
    ticks, callers, now = 40, 50, 0.0
    for worker in workers:
        worker._leases.clock = lambda: now
    before = {path: trips(path) for path in ("request", "background")}
    waited: Counter[tuple[str, int]] = Counter()
    for tick in range(ticks):
        now += TICK_SECONDS
        for caller in range(callers):
            key, place = f"caller-{caller}", (tick + caller) % 2
            trips_before = trips("request")
            assert workers[place].decide(key, AMPLE, 1).is_admitted
            waited[key, place] += int(trips("request") - trips_before)
        for worker in workers:
            worker.renew_leases()
    assert set(waited.values()) == {1}  # for the first of each caller at each worker
    made = sum(trips(path) - count for path, count in before.items())
    assert made <= 0.2 * ticks * callers
    assert trips("background") - before["background"] <= ticks * len(workers)


def test_a_caller_in_a_burst_is_leased_more_each_time(workers: list[SharedStorage]) -> None:
    workers[0]._leases.clock = lambda: 0.0
    before = trips("request")
    for _ in range(1000):
        assert workers[0].decide("a", AMPLE, 1).is_admitted
    assert trips("request") - before <= 12


def test_a_client_sees_what_is_left_fall_by_what_it_asks(workers: list[SharedStorage]) -> None:
    seen = []
    for number in range(100):
        seen.append(least_left(workers[0].decide("a", HUNDRED, 1)))
        if number % 10 == 0:
            workers[0].renew_leases()
    assert seen == list(range(99, -1, -1))
    assert not workers[0].decide("a", HUNDRED, 1).is_admitted


def test_what_others_hold_is_not_shown_as_left(workers: list[SharedStorage]) -> None:
    workers[0].decide("a", AMPLE, 1)
    held = workers[0]._leases.held
    assert held > 0
    verdict = workers[1].decide("a", AMPLE, 1)
    assert [window.remaining for window in verdict.windows] == [99_998 - held, 199_998 - held]


def test_all_of_a_limit_is_admitted_and_no_more(workers: list[SharedStorage]) -> None:
    def ask(number: int) -> int:
        cost = 1 + number % 2
        return cost if workers[number % 2].decide("a", HUNDRED, cost).is_admitted else 0

    with ThreadPoolExecutor(8) as pool:
        admitted = sum(pool.map(ask, range(300)))
    for worker in workers:
        worker.return_leases()
    # Counted exactly, so that no refusal of a moment ago is remembered.
    while workers[0].decide("a", replace(HUNDRED, exact=True), 1).is_admitted:
        admitted += 1
    assert admitted == 100


def test_no_window_of_the_clock_has_more_than_its_limit(workers: list[SharedStorage]) -> None:
    """Threads that never rest, for several windows; renewals go on beside them, as in a worker."""
    plan = Plan("short", "", (WindowRule(60, 1), WindowRule(110, 2)), Costs(), False)
    probers = [Prober((worker.renew_leases, TICK_SECONDS)) for worker in workers]
    within: dict[int, Counter[int]] = {1: Counter(), 2: Counter()}
    admitted = 0
    lock = threading.Lock()
    start = 2 * (int(time.time()) // 2 + 1)
    end = start + 4

    def hammer(place: int) -> None:
        nonlocal admitted
        while (sent := time.time()) < end:
            if sent < start:
                time.sleep(start - sent)
                continue
            passed = workers[place % 2].decide("a", plan, 1).is_admitted
            answered = time.time()
            if not passed:
                time.sleep(0.002)
                continue
            with lock:
                admitted += 1
                for seconds, counts in within.items():
                    if sent // seconds == answered // seconds:
                        counts[int(sent // seconds)] += 1

    for prober in probers:
        prober.ensure_started()
    try:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(hammer, range(6)))
    finally:
        for prober in probers:
            prober.stop()
    assert max(within[1].values()) <= 60
    assert max(within[2].values()) <= 110
    assert admitted >= 0.95 * 2 * 110


def test_a_lease_that_nobody_spends_comes_back(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    prober = Prober((workers[0].renew_leases, TICK_SECONDS))
    workers[0].decide("a", AMPLE, 1)
    assert charged(valkey, "a") > 1
    prober.ensure_started()
    try:
        deadline = time.monotonic() + 5  # The machine may be busy.
        while charged(valkey, "a") != 1 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        prober.stop()
    assert charged(valkey, "a") == 1
    before = trips("background")
    workers[0].renew_leases()
    assert trips("background") == before  # Nothing is sent while nobody asks.


def test_a_worker_that_stops_gives_back_what_it_holds(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    for _ in range(3):
        workers[0].decide("a", AMPLE, 1)
    workers[0].return_leases()
    assert charged(valkey, "a") == 3
    workers[0].return_leases()
    assert charged(valkey, "a") == 3


def test_a_worker_that_dies_costs_its_callers_a_lease_and_nobody_more(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    workers[0].decide("a", HUNDRED, 1)
    lost = charged(valkey, "a") - 1
    assert 0 < lost <= 100 / 4
    admitted = 1
    while workers[1].decide("a", HUNDRED, 1).is_admitted:
        admitted += 1
    assert admitted == 100 - lost


def test_a_cost_above_the_lease_is_charged_at_once_and_whole(workers: list[SharedStorage]) -> None:
    for _ in range(3):
        workers[0].decide("a", HUNDRED, 1)
    before = trips("request")
    verdict = workers[0].decide("a", HUNDRED, 97)  # all that is left, its own lease included
    assert verdict.is_admitted
    assert used(verdict) == [100, 100]
    assert trips("request") - before == 1


def test_a_refusal_is_remembered_for_a_moment_and_says_when_to_come_back(
    workers: list[SharedStorage],
) -> None:
    assert workers[0].decide("a", HUNDRED, 100).is_admitted
    before, began = trips("request"), time.monotonic()
    refused = [workers[0].decide("a", HUNDRED, 1) for _ in range(300)]
    elapsed = time.monotonic() - began
    assert not any(verdict.is_admitted for verdict in refused)
    assert trips("request") - before <= 1 + elapsed / TICK_SECONDS
    waits = [verdict.retry_after_seconds for verdict in refused]
    assert waits == sorted(waits, reverse=True)
    assert 1 <= waits[-1] <= 3600 + 36 + 1
    assert {least_left(verdict) for verdict in refused} == {0}


def test_a_plan_that_asks_for_it_is_counted_exactly(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    exact = Plan("exact", "", HUNDRED.windows, Costs(), False, exact=True)
    before = trips("request")
    for number in range(20):
        assert used(workers[number % 2].decide("a", exact, 1))[0] == number + 1
        workers[number % 2].renew_leases()
    assert trips("request") - before == 20
    assert charged(valkey, "a") == 20


def test_a_lease_is_spent_while_redis_is_down_and_then_the_share(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    workers[0].decide("a", HUNDRED, 1)
    held = workers[0]._leases.held
    left = 100 - charged(valkey, "a")
    valkey.kill()
    admitted = 0
    while workers[0].decide("a", HUNDRED, 1).is_admitted:
        admitted += 1
        workers[0].renew_leases()
    assert admitted == (left + held) // 2  # The lease is a part of its share.


def test_what_was_held_during_an_outage_is_not_given_back(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    """The server that comes back has forgotten who paid: it would admit more than the limit."""
    worker = workers[0]
    worker.decide("a", HUNDRED, 1)
    valkey.kill()
    assert worker.decide("b", HUNDRED, 1).is_admitted  # finds out
    worker.renew_leases()
    valkey.start()
    worker._redis.breaker.probe(worker._redis.client.ping)
    workers[1].decide("a", HUNDRED, 60)
    workers[1].return_leases()
    worker.return_leases()
    assert charged(valkey, "a") == 60


def test_a_change_of_plan_returns_the_lease_of_the_old_one(
    workers: list[SharedStorage], valkey: Valkey
) -> None:
    worker = workers[0]
    worker.decide("a", AMPLE, 1)
    smaller = Plan("smaller", "", (WindowRule(30, 60), WindowRule(50, 3600)), Costs(), False)
    worker.decide("a", smaller, 1)
    worker.return_leases()
    assert charged(valkey, "a") == 2
