"""What is asked beyond the room of a replica: bursts are answered, a load that lasts is not."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from app.gate import overflow
from app.gate.overflow import (
    AT_ONCE,
    AT_ONCE_AFTER_REFUSAL,
    HEADER,
    LONG_AFTER_REFUSAL_SECONDS,
    LONG_SECONDS,
    PEACE_SECONDS,
    PER_SECOND,
    Overflow,
)


class Clock:
    """A clock that is told the time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_790_000_000 + self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(
        overflow, "time", SimpleNamespace(monotonic=clock.monotonic, time=clock.time)
    )
    return clock


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(Overflow(Response("the answer")))


def late(
    client: Client, clock: Clock, times: int = 1, waited_seconds: float = LONG_SECONDS, **given: Any
) -> list[TestResponse]:
    """Ask, having waited for a little more than that."""
    sent = f"{clock.time() - waited_seconds - 0.001:.3f}"
    return [client.open("/", headers={HEADER: sent}, **given) for _ in range(times)]


def statuses(answers: list[TestResponse]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_all_of_a_burst_is_answered_and_no_more(client: Client, clock: Clock) -> None:
    assert statuses(late(client, clock, AT_ONCE + 2)) == [200] * AT_ONCE + [503] * 2


def test_what_is_within_the_room_is_always_answered(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE + 1)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("ahead", [0.0, 5.0], ids=["just now", "by a clock that is ahead"])
def test_who_has_not_waited_for_long_is_answered(
    client: Client, clock: Clock, ahead: float
) -> None:
    late(client, clock, AT_ONCE + 1)
    answers = [
        client.get("/", headers={HEADER: f"{clock.time() + ahead:.3f}"}) for _ in range(AT_ONCE)
    ]
    assert statuses(answers) == [200] * AT_ONCE


def test_a_load_that_lasts_is_answered_a_trickle(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE)
    clock.now += 2.01 / PER_SECOND
    assert statuses(late(client, clock, 4)) == [200, 200, 503, 503]


def test_after_a_refusal_few_have_to_wait_until_there_was_peace(
    client: Client, clock: Clock
) -> None:
    late(client, clock, AT_ONCE + 1)
    for _ in range(3):
        clock.now += PEACE_SECONDS - 0.1
        assert statuses(late(client, clock, 1, LONG_AFTER_REFUSAL_SECONDS / 2)) == [200]
        answers = late(client, clock, AT_ONCE_AFTER_REFUSAL + 1, LONG_AFTER_REFUSAL_SECONDS)
        assert statuses(answers) == [200] * AT_ONCE_AFTER_REFUSAL + [503]
    clock.now += PEACE_SECONDS + 0.1
    assert statuses(late(client, clock, 1, LONG_AFTER_REFUSAL_SECONDS)) == [200]
    clock.now += (AT_ONCE + 1) / PER_SECOND
    assert 503 not in statuses(late(client, clock, AT_ONCE))


def test_a_few_that_are_late_all_the_time_do_not_keep_the_peace_away(
    client: Client, clock: Clock
) -> None:
    late(client, clock, AT_ONCE + 1)
    for _ in range(10):
        clock.now += 1
        assert 503 not in statuses(late(client, clock, AT_ONCE_AFTER_REFUSAL // 2))
    assert statuses(late(client, clock, AT_ONCE_AFTER_REFUSAL + 1)).count(503) == 0


def test_some_time_later_there_is_room_for_a_burst_again(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE)
    clock.now += AT_ONCE / PER_SECOND + 60
    assert statuses(late(client, clock, AT_ONCE + 1)) == [200] * AT_ONCE + [503]


def test_what_is_no_time_is_not_of_the_load_balancer(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE)
    assert client.get("/", headers={HEADER: "yes"}).status_code == 200


def test_a_refusal_is_a_problem(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE)
    (refusal,) = late(client, clock)
    assert refusal.headers["Content-Type"] == "application/problem+json"
    assert refusal.headers["Cache-Control"] == "no-store"
    assert int(refusal.headers["Content-Length"]) == len(refusal.data)
    assert 1 <= int(refusal.headers["Retry-After"]) <= 3
    problem = json.loads(refusal.data)
    assert problem["type"] == "/problems/overloaded"
    assert problem["instance"] == refusal.headers["X-Request-ID"]


def test_a_head_is_refused_without_a_body(client: Client, clock: Clock) -> None:
    late(client, clock, AT_ONCE)
    (refusal,) = late(client, clock, method="HEAD")
    assert (refusal.status_code, refusal.data) == (503, b"")
