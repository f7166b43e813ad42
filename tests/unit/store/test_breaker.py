"""The circuit breaker: one failure opens it, only a probe closes it."""

import logging

import pytest
from prometheus_client import REGISTRY

from app.store.breaker import Breaker, DependencyDown


class Dependency:
    """Counts how often it is asked; fails while told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = False

    def ask(self) -> str:
        self.asked += 1
        if self.is_down:
            raise ConnectionError("redis://:hunter2@127.0.0.1 refused")
        return "answer"


@pytest.fixture
def dependency() -> Dependency:
    return Dependency()


@pytest.fixture
def breaker() -> Breaker:
    return Breaker("redis", (ConnectionError,))


def fail(breaker: Breaker, dependency: Dependency) -> None:
    dependency.is_down = True
    with pytest.raises(DependencyDown):
        breaker.call(dependency.ask)


def test_closed_it_passes_calls_on(breaker: Breaker, dependency: Dependency) -> None:
    assert breaker.call(dependency.ask) == "answer"


def test_one_failure_opens_it_and_the_next_call_asks_nobody(
    breaker: Breaker, dependency: Dependency
) -> None:
    fail(breaker, dependency)
    with pytest.raises(DependencyDown):
        breaker.call(dependency.ask)
    assert dependency.asked == 1


def test_a_probe_that_succeeds_closes_it(breaker: Breaker, dependency: Dependency) -> None:
    fail(breaker, dependency)
    dependency.is_down = False
    breaker.probe(dependency.ask)
    assert breaker.call(dependency.ask) == "answer"


def test_the_second_probe_in_a_row_that_fails_opens_it(
    breaker: Breaker, dependency: Dependency
) -> None:
    for is_down in (True, False, True):
        dependency.is_down = is_down
        breaker.probe(dependency.ask)
    assert not breaker.is_open
    breaker.probe(dependency.ask)
    assert breaker.is_open


def test_a_fault_that_is_no_outage_passes_through(breaker: Breaker) -> None:
    def bug() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        breaker.call(bug)
    assert not breaker.is_open


def test_an_outage_is_logged_once_and_without_the_drivers_words(
    breaker: Breaker, dependency: Dependency, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        fail(breaker, dependency)
        for _ in range(3):
            breaker.probe(dependency.ask)
        dependency.is_down = False
        breaker.probe(dependency.ask)
    assert [record.getMessage() for record in caplog.records] == [
        "redis is down (ConnectionError)",
        "redis is back",
    ]


def test_its_state_is_a_metric(dependency: Dependency) -> None:
    breaker = Breaker("tested", (ConnectionError,))

    def shown() -> float | None:
        return REGISTRY.get_sample_value("fasti_breaker_open", {"dependency": "tested"})

    breaker.probe(dependency.ask)
    assert shown() == 0
    fail(breaker, dependency)
    assert shown() == 1
    dependency.is_down = False
    breaker.probe(dependency.ask)
    assert shown() == 0
