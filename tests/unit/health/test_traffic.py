"""What a worker counts by steps of time, and what a histogram says of durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.traffic import BUCKETS, KEPT_STEPS, STEP_SECONDS, Traffic, quantile_seconds
from app.observability.tally import BOUNDS_SECONDS, Tally


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def traffic(tally: Tally, clock: Clock) -> Traffic:
    return Traffic(tally, "replica-1", clock)


def test_counts_belong_to_the_step_they_were_made_in(
    traffic: Traffic, tally: Tally, clock: Clock
) -> None:
    for count in (1, 2):
        for _ in range(count):
            tally.answered("GET", "/x", 200, 0.003)
        traffic.count()
        clock.now += STEP_SECONDS
    taken = traffic.take()
    assert [(step, counts["requests"]) for step, counts in taken.items()] == [
        (1_000_000, 1),
        (1_000_010, 2),
    ]
    assert taken[1_000_000]["at:replica-1"] == 1
    assert traffic.take() == {}


def test_what_did_not_arrive_is_delivered_with_what_came_since(
    traffic: Traffic, tally: Tally
) -> None:
    tally.count("cache", "gate")
    traffic.count()
    lost = traffic.take()
    tally.count("cache", "gate")
    traffic.count()
    traffic.give_back(lost)
    assert [counts["cache:gate"] for counts in traffic.take().values()] == [2]


def test_an_outage_of_hours_keeps_a_quarter_of_an_hour(
    traffic: Traffic, tally: Tally, clock: Clock
) -> None:
    for _ in range(KEPT_STEPS * 3):
        tally.count("cache", "gate")
        traffic.count()
        clock.now += STEP_SECONDS
    taken = traffic.take()
    assert len(taken) == KEPT_STEPS
    assert max(taken) == clock.now - STEP_SECONDS


def test_lately_is_the_last_minute(traffic: Traffic, tally: Tally, clock: Clock) -> None:
    tally.answered("GET", "/x", 503, 0.003)
    traffic.count()
    assert (traffic.lately()["requests"], traffic.lately()["errors"]) == (1, 1)
    clock.now += 71
    assert traffic.lately() == {}


@pytest.mark.parametrize("route", ["/health/ready", "/health/cluster", "/metrics", "/status"])
def test_who_watches_is_no_traffic(traffic: Traffic, tally: Tally, route: str) -> None:
    tally.answered("GET", route, 200, 0.001)
    traffic.count()
    assert traffic.lately() == {}


def test_a_refusal_is_counted_by_its_plan_or_by_what_it_was_of(
    traffic: Traffic, tally: Tally
) -> None:
    tally.count("limited", "client", "small")
    tally.count("limited", "secret", "")
    traffic.count()
    assert traffic.lately() == {"refused:small": 1, "refused:secret": 1}


def test_the_pace_is_of_the_last_few_counts(traffic: Traffic, tally: Tally, clock: Clock) -> None:
    assert traffic.requests_per_second == 0
    for _ in range(10):
        traffic.count()
        clock.now += 1
        for _ in range(7):
            tally.answered("GET", "/x", 200, 0.001)
    traffic.count()
    assert traffic.requests_per_second == 7


def test_no_answers_have_no_quantile() -> None:
    assert quantile_seconds({}, 0.95) is None


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_lies_in_the_bucket_of_the_answer_it_is_of(
    durations: list[float], quantile: float
) -> None:
    tally = Tally()
    for seconds in durations:
        tally.answered("GET", "/x", 200, seconds)
    (answers,) = tally.totals().answers.values()
    found = quantile_seconds(dict(zip(BUCKETS, answers.counts, strict=True)), quantile)
    exact = sorted(durations)[max(0, -int(-quantile * len(durations) // 1) - 1)]
    upper = next((b for b in BOUNDS_SECONDS if exact <= b), BOUNDS_SECONDS[-1])
    lower = max((b for b in BOUNDS_SECONDS if b < exact), default=0.0)
    assert found is not None
    assert min(lower, BOUNDS_SECONDS[-1]) <= found <= upper
