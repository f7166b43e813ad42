"""Several workers with leases, on simulated clocks and a simulated Redis: never above a limit."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.limits.exchange import DRIFT, Exchange, Told
from app.limits.lease import Leases
from app.limits.leased_caller import IDLE_SECONDS, LONGEST_PATIENCE_SECONDS, TICK_SECONDS
from app.limits.plan import Costs, Plan, WindowRule
from app.limits.verdict import Verdict
from app.limits.window import Window
from tests.charge_windows_model import ModelOfRedis

EXAMPLE = re.compile(
    r"^\| (\d+) \| (A|B)(?: asks (\d+)|'s tick)[^|]*\| (\d+) \| (\d+) \| (\d+) \| ([^ |]+) \|$",
    re.MULTILINE,
)
WORKERS = 3
KEYS = ("a", "b")
PLANS = (
    Plan("short", "", (WindowRule(12, 1), WindowRule(30, 3)), Costs(), False),
    Plan("askew", "", (WindowRule(40, 2), WindowRule(50, 5)), Costs(), False),
    Plan("wide", "", (WindowRule(400, 2), WindowRule(900, 5)), Costs(), False),
)
TICK = int(TICK_SECONDS * 1000)


@dataclass
class World:
    """One Redis, and the time by its clock in milliseconds."""

    now: int = 1_000_000
    is_up: bool = True
    redis: ModelOfRedis = field(default_factory=ModelOfRedis)
    admitted: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)


@dataclass
class Underway:
    """An exchange that Redis has done, or lost, and whose answer is on its way."""

    exchange: Exchange
    told: Told | None


class Worker:
    """The leases of one worker, whose clock began anywhere and runs a little fast or slow."""

    def __init__(self, world: World, began: float, drift: float, parts: int = 2 * WORKERS) -> None:
        self.world = world
        self.began = began
        self.drift = drift
        self.leases = Leases(lambda: parts, self.clock)
        self.requests = 0
        self.background: list[Underway] = []
        self.waiting: list[Underway] = []

    def clock(self) -> float:
        return self.began + self.world.now / 1000 * (1 + self.drift)

    def decide(self, key: str, plan: Plan, cost: int, there: int, back: int) -> Verdict | None:
        """What a request would get; None when Redis, which is down, would have to be asked."""
        verdict = self.leases.spend(key, plan, cost)
        if verdict is not None:
            if verdict.is_admitted:
                self.count(key, plan, cost, self.world.now)
            return verdict
        if not self.world.is_up:
            return None
        self.requests += 1
        underway = self.send(self.leases.ask(key, plan, cost), there)
        if underway.told is not None and underway.told.is_admitted:
            self.count(key, plan, cost, underway.told.now_milliseconds)
        return self.receive(underway, back)

    def count(self, key: str, plan: Plan, cost: int, now: int) -> None:
        self.world.spent[key] += cost
        for window in plan.windows:
            self.world.admitted[key, window.milliseconds, now // window.milliseconds] += cost

    def send(self, exchange: Exchange, milliseconds: int) -> Underway:
        sent_at = self.clock()
        self.world.now += milliseconds
        if not self.world.is_up:
            return Underway(exchange, None)
        now = self.world.now
        done = self.world.redis.charge(exchange, now)
        if done.is_admitted and exchange.cost:
            # Paid now, whatever becomes of the answer.
            self.world.redis.granted[exchange.key] += exchange.cost
        told = Told(done.is_admitted, now, done.granted, done.windows, sent_at, 0.0)
        return Underway(exchange, told)

    def receive(self, underway: Underway, milliseconds: int) -> Verdict | None:
        self.world.now += milliseconds
        if (sent := underway.told) is None:
            return None
        told = Told(
            sent.is_admitted,
            sent.now_milliseconds,
            sent.granted,
            sent.windows,
            sent.sent_at,
            self.clock(),
        )
        return self.leases.answer(underway.exchange, told)

    def tick(self, there: int = 0, back: int = 0) -> None:
        self.start_tick(there)
        self.end_tick(back)

    def start_tick(self, milliseconds: int) -> None:
        """Send what is due; its answers come with ``end_tick``, and other things in between."""
        if not self.world.is_up:
            self.leases.lose_returns()
            return
        due = self.leases.due()
        self.world.now += milliseconds
        self.background = [self.send(exchange, 0) for exchange in due]

    def end_tick(self, milliseconds: int) -> None:
        underway, self.background = self.background, []
        self.world.now += milliseconds
        for one in underway:
            self.receive(one, 0)


class ManyWorkers(RuleBasedStateMachine):
    """Workers that ask, renew late, die; a Redis that goes away and comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.plan = PLANS[0]
        self.workers = [self.new_worker(number) for number in range(WORKERS)]

    def new_worker(self, number: int) -> Worker:
        return Worker(self.world, 17.0 * number, (number - 1) * DRIFT / 2)

    @rule(
        number=st.integers(0, WORKERS - 1),
        key=st.sampled_from(KEYS),
        cost=st.sampled_from((1, 1, 1, 2, 7, 45)),
        times=st.integers(1, 9),
        there=st.integers(0, 3),
        back=st.integers(0, 30),
    )
    def ask(self, number: int, key: str, cost: int, times: int, there: int, back: int) -> None:
        for _ in range(times):
            worker = self.workers[number]
            asked = self.world.now
            before = worker.requests
            verdict = worker.decide(key, self.plan, cost, there, back)
            if verdict is None:
                continue
            for window in verdict.windows:
                assert window.remaining <= window.rule.limit
                assert 0 <= window.elapsed_milliseconds < window.rule.milliseconds
            if verdict.is_admitted:
                assert verdict.retry_after_seconds == 0
            elif verdict.too_small is None:
                assert verdict.retry_after_seconds >= 1
            if worker.requests == before:
                assert self.world.now == asked  # It did not wait.

    @rule(number=st.integers(0, WORKERS - 1), key=st.sampled_from(KEYS), cost=st.integers(1, 3))
    def lose_an_answer(self, number: int, key: str, cost: int) -> None:
        """Redis charged it, and the worker never learns so."""
        worker = self.workers[number]
        if self.world.is_up and worker.leases.spend(key, self.plan, cost) is None:
            worker.send(worker.leases.ask(key, self.plan, cost), 1)
        else:
            worker.start_tick(1)
            worker.background.clear()

    @rule(number=st.integers(0, WORKERS - 1), key=st.sampled_from(KEYS), cost=st.integers(1, 3))
    def send_and_wait(self, number: int, key: str, cost: int) -> None:
        """A thread of its own; other things happen before its answer is there."""
        worker = self.workers[number]
        if worker.leases.spend(key, self.plan, cost) is not None:
            worker.start_tick(0)  # What was decided counts for nothing, as a client that left.
        elif self.world.is_up:
            worker.waiting.append(worker.send(worker.leases.ask(key, self.plan, cost), 1))

    @rule(number=st.integers(0, WORKERS - 1), back=st.integers(0, 60))
    def receive_last(self, number: int, back: int) -> None:
        """The answers of threads come in any order."""
        worker = self.workers[number]
        if worker.waiting:
            worker.receive(worker.waiting.pop(), back)

    @rule(number=st.integers(0, WORKERS - 1), there=st.sampled_from((0, 5, 300)))
    def start_tick(self, number: int, there: int) -> None:
        self.workers[number].end_tick(0)
        self.workers[number].start_tick(there)

    @rule(number=st.integers(0, WORKERS - 1), back=st.integers(0, 40))
    def end_tick(self, number: int, back: int) -> None:
        self.workers[number].end_tick(back)

    @rule(milliseconds=st.one_of(st.integers(1, TICK), st.sampled_from((180, 480, 999, 3000))))
    def pass_time(self, milliseconds: int) -> None:
        self.world.now += milliseconds

    @rule(ticks=st.integers(1, 12))
    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.world.now += TICK
            for worker in self.workers:
                worker.tick()

    @rule(number=st.integers(0, WORKERS - 1))
    def die(self, number: int) -> None:
        """What it held is lost with it."""
        self.workers[number] = self.new_worker(number)

    @rule(plan=st.sampled_from(PLANS))
    def change_the_plan(self, plan: Plan) -> None:
        self.plan = plan

    @precondition(lambda self: self.world.is_up)
    @rule()
    def redis_goes(self) -> None:
        self.world.is_up = False
        for worker in self.workers:
            worker.tick()

    @precondition(lambda self: not self.world.is_up)
    @rule()
    def redis_comes_back(self) -> None:
        self.world.is_up = True

    @rule()
    def all_is_returned_when_nobody_asks(self) -> None:
        self.world.is_up = True
        for _ in range(1 + int(LONGEST_PATIENCE_SECONDS / TICK_SECONDS) + 1):
            self.world.now += TICK
            for worker in self.workers:
                while worker.waiting:
                    worker.receive(worker.waiting.pop(), 0)
                worker.end_tick(0)
                worker.tick()
        assert [worker.leases.held for worker in self.workers] == [0] * WORKERS
        assert all(worker.leases.due() == [] for worker in self.workers)

    @invariant()
    def no_window_admits_more_than_its_limit(self) -> None:
        limits = {w.milliseconds: w.limit for plan in PLANS for w in plan.windows}
        for (_key, length, _number), count in self.world.admitted.items():
            assert count <= limits[length]

    @invariant()
    def nothing_is_admitted_that_was_not_paid(self) -> None:
        redis = self.world.redis
        for key in KEYS:
            assert redis.granted[key] - redis.given_back[key] >= self.world.spent[key]

    @invariant()
    def redis_counts_no_less_than_was_admitted(self) -> None:
        """In the window that is and the one before, whatever was given back."""
        for (key, length), count in self.world.redis.counts.items():
            admitted = self.world.admitted
            assert count.current >= admitted[key, length, count.number]
            assert count.previous >= admitted[key, length, count.number - 1]


def test_the_example_of_the_docs_is_what_happens() -> None:
    world = World(now=60_000_000)
    workers = {name: Worker(world, 0, 0, parts=4) for name in "AB"}
    plan = Plan("example", "", (WindowRule(100, 60),), Costs(), False)
    rows = EXAMPLE.findall(Path("docs/limits.md").read_text())
    assert len(rows) > 8
    for moment, name, cost, *told_there in rows:
        world.now = 60_000_000 + int(moment)
        shown = "–"
        if cost:
            verdict = workers[name].decide("a", plan, int(cost), 0, 0)
            assert verdict is not None
            shown = (
                str(min(window.remaining for window in verdict.windows))
                if verdict.is_admitted
                else "refused"
            )
        else:
            workers[name].tick()
        counted = world.redis.counts["a", 60_000].current
        held = [str(worker.leases.held) for worker in workers.values()]
        assert [str(counted), *held, shown] == told_there, moment


def told(now: int, granted: int, window: Window, clock: float) -> Told:
    return Told(window.admits(0), now, granted, (window,), clock, clock)


def test_an_answer_that_comes_after_its_window_leaves_the_lease_of_the_next_alone() -> None:
    """What came too late goes back, and is neither spent nor shown."""
    now = 9.9
    leases = Leases(lambda: 2, lambda: now)
    plan = Plan("one", "", (WindowRule(100, 1),), Costs(), False)
    early = leases.ask("a", plan, 1)
    now = 10.0
    late = leases.ask("a", plan, 1)
    leases.answer(late, told(10_000, 3, Window(plan.windows[0], 6, 4, 0, 100), 10.0))
    leases.answer(early, told(9_900, 5, Window(plan.windows[0], 0, 6, 900, 100), 9.9))
    verdict = leases.spend("a", plan, 1)
    assert verdict is not None
    assert (verdict.is_admitted, verdict.windows[0].current) == (True, 2)
    returned = leases.due()[0]
    assert (returned.given_back, returned.given_at_milliseconds) == (5, 9_900)


def test_a_renewal_that_is_late_does_not_carry_units_into_the_next_window() -> None:
    now = 9.5
    leases = Leases(lambda: 2, lambda: now)
    plan = Plan("one", "", (WindowRule(100, 1),), Costs(), False)
    first = Window(plan.windows[0], 0, 2, 500, 100)
    leases.answer(leases.ask("a", plan, 1), told(9_500, 1, first, now))
    (renewal,) = leases.due()
    assert (renewal.held, renewal.given_back) == (1, 0)
    now = 10.1
    leases.answer(renewal, told(10_100, 3, Window(plan.windows[0], 2, 3, 100, 100), now))
    assert leases.held == 3
    assert [one.given_back for one in leases.due()] == [1, 3]  # It asks no more by now.


def test_a_refusal_is_not_remembered_beyond_the_window_it_was_of() -> None:
    now = 9.98
    leases = Leases(lambda: 2, lambda: now)
    plan = Plan("two", "", (WindowRule(100, 1), WindowRule(200, 60)), Costs(), False)
    windows = (Window(plan.windows[0], 0, 5, 980, 100), Window(plan.windows[1], 0, 200, 9_980, 200))
    leases.answer(leases.ask("a", plan, 1), Told(False, 9_980, 0, windows, now, now))
    now = 9.99
    assert leases.spend("a", plan, 1) is not None
    now = 10.005
    assert leases.spend("a", plan, 1) is None


def test_a_refusal_is_not_remembered_beyond_the_moment_it_ends() -> None:
    """Of 10 a second one fades every tenth of one: there is room for one more after 3 ms."""
    now = 0.0
    leases = Leases(lambda: 2, lambda: now)
    plan = Plan("one", "", (WindowRule(10, 1),), Costs(), False)
    windows = (Window(plan.windows[0], 10, 4, 398, 10),)
    refused = leases.answer(leases.ask("a", plan, 1), Told(False, 1_398, 0, windows, now, now))
    assert refused.retry_after_milliseconds == 3
    now = 0.0025
    again = leases.spend("a", plan, 1)
    assert again is not None
    assert (again.is_admitted, again.retry_after_seconds) == (False, 1)
    now = 0.0031
    assert leases.spend("a", plan, 1) is None


WIDE = Plan("wide", "", (WindowRule(6_000, 60),), Costs(), False)


def ask_at_a_pace(plan: Plan, pause: int, times: int) -> tuple[Worker, World]:
    """A worker of six that is asked every ``pause`` milliseconds, renewed at every tick."""
    world = World(now=60_000_000)
    worker = Worker(world, 0, 0, parts=12)
    for at in range(pause * times):
        if at % pause == 0:
            assert worker.decide("a", plan, 1, 0, 0) is not None
        world.now += 1
        if at % TICK == TICK - 1:
            worker.tick()
    return worker, world


@pytest.mark.parametrize("pause", [50, 170, 300, 1_200])
def test_who_asks_at_a_pace_waits_for_redis_once(pause: int) -> None:
    worker, _ = ask_at_a_pace(WIDE, pause, 20)
    assert worker.requests == (1 if pause < 180 else 2)  # The pace shows with the second request.


def test_near_the_end_of_a_limit_nobody_is_waited_for() -> None:
    narrow = Plan("narrow", "", (WindowRule(300, 60),), Costs(), False)
    worker, world = ask_at_a_pace(narrow, 300, 20)
    assert worker.requests == 20
    assert worker.leases.held == 0
    assert world.redis.counts["a", 60_000].current == 20


def test_who_was_quick_and_is_silent_gets_all_back_within_a_quarter_of_a_second() -> None:
    worker, world = ask_at_a_pace(WIDE, 20, 50)
    for _ in range(int((IDLE_SECONDS + TICK_SECONDS) / TICK_SECONDS)):
        assert worker.leases.held > 0
        world.now += TICK
        worker.tick()
    assert worker.leases.held == 0
    assert world.redis.counts["a", 60_000].current == 50


TestManyWorkers = ManyWorkers.TestCase
TestManyWorkers.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
