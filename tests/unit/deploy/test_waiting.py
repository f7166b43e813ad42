"""Who waits in a queue that stands is told so; who waits in a burst is answered."""

import json
from types import SimpleNamespace

import pytest

from deploy import waiting
from deploy.waiting import LONG_SECONDS, STANDS_SECONDS, Waiting, refusal_of

HEAD = b"GET /api/v1/calendars/SE/days/2026-06-19 HTTP/1.1\r\nHost: fasti.test\r\n\r\n"
STEP = 0.1


class Clock:
    """A clock that is told the time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def test_all_of_a_burst_are_answered(clock: Clock) -> None:
    queue = Waiting()
    clock.now += 60  # Nobody came for a while.
    for number in range(8):
        queue.put(number)
    for number in range(8):
        clock.now += STEP
        assert queue.get() == (number, 0.0)


def test_who_waits_for_long_in_a_queue_that_stands_is_told_how_long(clock: Clock) -> None:
    queue = Waiting()
    for number in range(3):
        queue.put(number)
    waited = []
    for _ in range(30):  # As many come as go.
        clock.now += STEP
        queue.put("one more")
        waited.append(queue.get()[1])
    told = round(STANDS_SECONDS / STEP)
    assert waited[: told - 1] == [0.0] * (told - 1)
    assert waited[told + 1 :] == [pytest.approx(3 * STEP)] * (29 - told)


def standing(clock: Clock) -> Waiting:
    """A queue of three who have waited for long, and which has not been empty for longer."""
    queue = Waiting()
    for _ in range(3):
        queue.put("early")
    for _ in range(round(STANDS_SECONDS / STEP) + 1):
        clock.now += STEP
        queue.put("early")
        queue.get()
    clock.now += STEP
    return queue


def test_who_has_just_come_is_answered_though_the_queue_stands(clock: Clock) -> None:
    queue = standing(clock)
    for _ in range(2):
        queue.put("late")
    assert [queue.get()[1] > 0 for _ in range(3)] == [True] * 3
    clock.now += LONG_SECONDS / 2
    assert queue.get() == ("late", 0.0)


def test_who_waited_while_the_process_was_stopped_is_answered(clock: Clock) -> None:
    queue = standing(clock)
    clock.now += 10
    assert [queue.get()[1] for _ in range(3)] == [0.0] * 3


def test_once_it_is_empty_it_stands_no_more(clock: Clock) -> None:
    queue = standing(clock)
    assert [queue.get()[1] > 0 for _ in range(3)] == [True, True, False]
    queue.put("next")
    queue.put("after next")
    clock.now += STEP
    assert [queue.get()[1] for _ in range(2)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("received", "instance"),
    [
        (HEAD, None),
        (HEAD[:-2] + b"X-Request-ID: 0123456789abcdef\r\n\r\n", "0123456789abcdef"),
        (HEAD[:-2] + b'X-Request-ID: 01234"567\r\n\r\n', None),
    ],
)
def test_a_refusal_is_a_problem(received: bytes, instance: str | None) -> None:
    head, _, body = (refusal_of(received, 0.5) or b"").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    fields = dict(line.split(b": ") for line in head.split(b"\r\n")[1:])
    assert fields[b"Content-Type"] == b"application/problem+json"
    assert int(fields[b"Content-Length"]) == len(body)
    assert 1 <= int(fields[b"Retry-After"]) <= 3
    problem = json.loads(body)
    assert (problem["type"], problem["instance"]) == ("/problems/overloaded", instance)


def test_a_head_is_refused_without_a_body() -> None:
    assert (refusal_of(HEAD.replace(b"GET", b"HEAD"), 0.5) or b"").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "received",
    [
        b"",
        HEAD[:-2],
        HEAD.replace(b"GET", b"POST"),
        HEAD.replace(b"/api/v1/calendars/SE/days/2026-06-19", b"/health/ready"),
        HEAD + b"GET",
        HEAD[:-2] + b"Content-Length: 3\r\n\r\n",
        HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD[:-2] + b"A: " + b"b" * 5000 + b"\r\n\r\n",
    ],
    ids=["nothing", "half", "a post", "health", "more", "a body to come", "chunks to come", "long"],
)
def test_anything_else_is_answered(received: bytes) -> None:
    assert refusal_of(received, 0.5) is None
