"""Several windows charged together, on a simulated clock: never above what the docs promise."""

import math
from collections import Counter
from itertools import combinations_with_replacement

from hypothesis import example, given
from hypothesis import strategies as st

from app.limits.local_counters import REMEMBERED_CALLERS, Count, LocalCounters
from app.limits.plan import Costs, Plan, WindowRule
from app.limits.verdict import Verdict
from app.limits.window import Window
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare
from tests.conftest import REDIS_NOWHERE

Asked = list[tuple[int, int]]
ASKED = st.lists(st.tuples(st.integers(0, 2500), st.integers(1, 4)), max_size=40)


def plan_of(*windows: WindowRule) -> Plan:
    return Plan("tested", "", windows, Costs(), False)


PLAN = plan_of(WindowRule(4, 1), WindowRule(9, 4), WindowRule(20, 15))


class Clock:
    """Milliseconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


class Simulated:
    """Counters of one of ``workers`` workers on a clock of the test's own, long without Redis."""

    def __init__(self, workers: int = 1, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        share = WorkerShare(RedisGateway(REDIS_NOWHERE, 1), "replica", workers)
        self.counters = LocalCounters(share, self.clock)
        self.clock.now = -60_000
        self.counters.learn("other", (), self.clock.now)  # The clocks agree.
        self.counters.decide("other", PLAN, 0)
        self.clock.now = 0

    def ask(self, cost: int, plan: Plan = PLAN) -> Verdict:
        return self.counters.decide("caller", plan, cost)


def admitted(asked: Asked) -> list[tuple[int, int]]:
    """When what was admitted, of pauses and costs."""
    simulated = Simulated()
    found = []
    for pause, cost in asked:
        simulated.clock.now += pause
        if simulated.ask(cost).is_admitted:
            found.append((simulated.clock.now, cost))
    return found


@given(ASKED)
def test_no_window_of_the_clock_has_more_than_its_limit(asked: Asked) -> None:
    for rule in PLAN.windows:
        charged: Counter[int] = Counter()
        for moment, cost in admitted(asked):
            charged[moment // rule.milliseconds] += cost
        assert all(count <= rule.limit for count in charged.values())


@given(ASKED)
@example([(999, 4), (998, 1), (0, 1), (0, 1), (0, 1), (2, 4)])
def test_no_interval_has_more_than_the_bound_of_the_docs(asked: Asked) -> None:
    found = admitted(asked)
    for rule in PLAN.windows:
        for first, last in combinations_with_replacement(range(len(found)), 2):
            milliseconds = found[last][0] - found[first][0]
            bound = math.ceil(rule.limit * (1 + milliseconds / rule.milliseconds))
            assert sum(cost for _, cost in found[first : last + 1]) <= bound


def test_the_bound_is_reached() -> None:
    """A burst at the end of one window, and a whole limit at the end of the next."""
    simulated = Simulated()
    plan = plan_of(WindowRule(4, 1))
    simulated.clock.now = 999
    passed = sum(simulated.ask(1, plan).is_admitted for _ in range(9))
    simulated.clock.now = 1998
    passed += sum(simulated.ask(1, plan).is_admitted for _ in range(9))
    assert passed == 8 == math.ceil(4 * (1 + 999 / 1000))


@given(ASKED, st.integers(1, 4))
def test_who_waits_as_long_as_told_is_admitted(asked: Asked, cost: int) -> None:
    simulated = Simulated()
    for pause, one in asked:
        simulated.clock.now += pause
        simulated.ask(one)
    verdict = simulated.ask(cost)
    simulated.clock.now += verdict.retry_after_seconds * 1000
    assert verdict.is_admitted or simulated.ask(cost).is_admitted


@given(ASKED)
def test_what_one_window_refuses_is_charged_to_none(asked: Asked) -> None:
    simulated = Simulated()
    for pause, cost in asked:
        simulated.clock.now += pause
        before = simulated.ask(0)
        verdict = simulated.ask(cost)
        taken = [
            now.current - then.current
            for now, then in zip(verdict.windows, before.windows, strict=True)
        ]
        assert set(taken) == {cost if verdict.is_admitted else 0}


def test_the_refusing_window_is_the_one_to_wait_for_longest() -> None:
    simulated = Simulated()
    for moment in (0, 1001, 2002):
        simulated.clock.now = moment
        while simulated.ask(1).is_admitted:
            pass
    verdict = simulated.ask(1)
    assert [window.rule.name for window in verdict.windows if not window.admits(1)] != []
    assert verdict.refusing.rule == WindowRule(9, 4)


@given(ASKED)
def test_workers_together_admit_no_more_than_was_left(asked: Asked) -> None:
    clock = Clock()
    workers = [Simulated(3, clock) for _ in range(3)]
    used = (2, 5, 11)
    windows = tuple(
        Window(rule, 0, count, 0, rule.limit)
        for rule, count in zip(PLAN.windows, used, strict=True)
    )
    for worker in workers:
        worker.counters.learn("caller", windows, 0)
    charged: list[tuple[int, int]] = [(0, 0)]
    for number, (pause, cost) in enumerate(asked):
        clock.now += pause
        if workers[number % 3].ask(cost).is_admitted:
            charged.append((clock.now, cost))
    for rule, count in zip(PLAN.windows, used, strict=True):
        sums: Counter[int] = Counter({0: count})
        for moment, cost in charged:
            sums[moment // rule.milliseconds] += cost
        assert all(total <= rule.limit for total in sums.values())


def test_debts_are_told_once_and_kept_while_they_cannot_be() -> None:
    simulated = Simulated()
    simulated.ask(3)
    simulated.clock.now = 1500
    first = simulated.counters.debts("caller")
    assert first[1000] == Count(1, 3, 0)
    assert first[4000] == Count(0, 0, 3)
    assert simulated.counters.debts("caller") == {}  # another thread is telling
    simulated.counters.settle("caller", first, told=False)
    assert simulated.ask(1).windows[1].current == 4
    second = simulated.counters.debts("caller")
    assert second[4000] == Count(0, 0, 4)
    simulated.ask(1)  # meanwhile
    simulated.counters.settle("caller", second, told=True)
    assert simulated.counters.debts("caller")[4000] == Count(0, 0, 1)


def test_callers_beyond_a_number_are_forgotten_those_first_that_asked_first() -> None:
    simulated = Simulated()
    for number in range(REMEMBERED_CALLERS + 1):
        simulated.counters.decide(f"caller-{number}", PLAN, 4)
    assert simulated.counters.decide("caller-0", PLAN, 4).is_admitted
    assert not simulated.counters.decide(f"caller-{REMEMBERED_CALLERS}", PLAN, 4).is_admitted


def test_an_answer_that_came_late_does_not_set_the_clock_back() -> None:
    simulated = Simulated()
    simulated.clock.now = 19_990
    simulated.counters.learn("other", (), 19_990)
    simulated.clock.now = 20_030
    simulated.counters.learn("other", (), 19_991)  # It took 39 ms.
    one_in_ten_seconds = plan_of(WindowRule(1, 10))
    assert simulated.ask(1, one_in_ten_seconds).is_admitted
    simulated.clock.now = 30_010  # As on all workers, it is the next window.
    assert simulated.ask(1, one_in_ten_seconds).is_admitted


def test_a_clock_that_was_set_back_is_believed_in_the_end() -> None:
    simulated = Simulated()
    for second in range(30):
        simulated.clock.now = second * 1000
        simulated.counters.learn("other", (), second * 1000 - 5_000)
    one_a_minute = plan_of(WindowRule(1, 60))
    assert simulated.ask(1, one_a_minute).is_admitted
    simulated.clock.now = 62_000
    assert not simulated.ask(1, one_a_minute).is_admitted
    simulated.clock.now = 66_000
    assert simulated.ask(1, one_a_minute).is_admitted


def told(simulated: Simulated, rule: WindowRule, used: int, at: int) -> None:
    """Redis told the worker at this time how much of a window that began at 0 was used then."""
    simulated.clock.now = at
    simulated.counters.learn("caller", (Window(rule, 0, used, at, rule.limit),), at)


def test_a_short_window_in_which_redis_ended_is_left_to_the_leases() -> None:
    """What others were charged after Redis told this worker last is not known here."""
    simulated, ten_a_second = Simulated(), WindowRule(10, 1)
    told(simulated, ten_a_second, used=5, at=200)
    simulated.clock.now = 450
    assert not simulated.ask(1, plan_of(ten_a_second)).is_admitted
    simulated.clock.now = 1_100
    assert simulated.ask(1, plan_of(ten_a_second)).is_admitted


def test_a_long_window_in_which_redis_ended_is_taken_to_have_gone_on_at_its_pace() -> None:
    simulated, hundred_a_minute = Simulated(), WindowRule(100, 60)

    def remaining(at: int) -> int:
        simulated.clock.now = at
        return simulated.ask(0, plan_of(hundred_a_minute)).windows[0].remaining

    told(simulated, hundred_a_minute, used=50, at=999)
    assert remaining(1_099) == 45  # 100 ms later, 5 more will have been charged.
    assert remaining(20_000) == 45  # Redis was gone since then.
    told(simulated, hundred_a_minute, used=50, at=20_000)
    assert remaining(20_000) == 50


def test_the_pace_is_not_taken_to_go_beyond_the_limit() -> None:
    simulated, hundred_a_minute = Simulated(), WindowRule(100, 60)
    told(simulated, hundred_a_minute, used=99, at=100)
    simulated.clock.now = 350
    assert not simulated.ask(1, plan_of(hundred_a_minute)).is_admitted
    simulated.clock.now = 90_000  # Half of what was charged in the minute before counts still.
    assert simulated.ask(0, plan_of(hundred_a_minute)).windows[0].remaining == 50


@given(st.lists(st.integers(0, 60), min_size=20, max_size=200), st.integers(0, 3))
def test_workers_that_were_told_late_admit_no_more_than_a_second_holds(
    pauses: list[int], behind: int
) -> None:
    """Redis ends while they are told of each other's charges ``behind`` requests late."""
    clock = Clock()
    workers = [Simulated(2, clock) for _ in range(2)]
    rule = WindowRule(10, 1)
    charged: list[int] = []

    def known(charges: list[int]) -> Window:
        counts = Counter(moment // 1000 for moment in charges)
        second, elapsed = divmod(clock.now, 1000)
        return Window(rule, counts[second - 1], counts[second], elapsed, rule.limit)

    for number, pause in enumerate(pauses):
        clock.now += pause
        worker = workers[number % 2]
        if number < len(pauses) // 2:  # With Redis, which knows all of them.
            if known(charged).admits(1):
                charged.append(clock.now)
            worker.counters.learn("caller", (known(charged[: len(charged) - behind]),), clock.now)
        elif worker.ask(1, plan_of(rule)).is_admitted:
            charged.append(clock.now)
    assert max(Counter(moment // 1000 for moment in charged).values(), default=0) <= rule.limit
