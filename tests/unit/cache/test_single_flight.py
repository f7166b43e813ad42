"""Of those who ask at once one makes it, and nobody hangs on a maker that fails."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.cache.single_flight import SingleFlight


class Maker:
    """Makes an answer when it is let go, and counts how often."""

    def __init__(self) -> None:
        self.calls = 0
        self.started = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self) -> bytes:
        self.calls += 1
        self.started.set()
        assert self.may_go_on.wait(10)
        return b"made"


def test_those_who_ask_meanwhile_take_what_is_made() -> None:
    flights, maker = SingleFlight(wait_seconds=10), Maker()
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(flights.run, "key", maker)
        assert maker.started.wait(10)
        others = [threads.submit(flights.run, "key", maker) for _ in range(8)]
        maker.may_go_on.set()
        assert [one.result() for one in (first, *others)] == [b"made"] * 9
    assert maker.calls == 1
    assert flights.run("key", lambda: b"made anew") == b"made anew"


def test_other_questions_do_not_wait() -> None:
    flights, maker = SingleFlight(wait_seconds=10), Maker()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(flights.run, "key", maker)
        assert maker.started.wait(10)
        assert flights.run("other", lambda: b"at once") == b"at once"
        maker.may_go_on.set()
        assert first.result() == b"made"


def test_when_the_maker_fails_the_others_make_their_own() -> None:
    flights = SingleFlight(wait_seconds=10)
    started, may_fail = threading.Event(), threading.Event()

    def fail() -> bytes:
        started.set()
        assert may_fail.wait(10)
        raise LookupError

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(flights.run, "key", fail)
        assert started.wait(10)
        other = threads.submit(flights.run, "key", lambda: b"my own")
        may_fail.set()
        assert other.result() == b"my own"
        with pytest.raises(LookupError):
            first.result()


def test_nobody_waits_longer_than_the_bound() -> None:
    flights, maker = SingleFlight(wait_seconds=0.01), Maker()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(flights.run, "key", maker)
        assert maker.started.wait(10)
        assert flights.run("key", lambda: b"my own") == b"my own"
        maker.may_go_on.set()
        assert first.result() == b"made"
