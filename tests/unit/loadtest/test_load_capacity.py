"""The search ends about the highest rate that is kept, whatever spoils a probe on the way."""

import random
from collections.abc import Callable

import pytest

from loadtest.capacity.search import (
    COUNTED,
    MOST_STRIDES,
    STAIR,
    Probe,
    counted,
    next_rate,
    rate_held,
)


def search(kept: Callable[[float, int], bool], start: float, stride: float = 2.0) -> list[Probe]:
    probes: list[Probe] = []
    while (rate := next_rate(probes, start, stride)) is not None:
        probes.append(Probe(rate, kept(rate, len(probes))))
    return probes


@pytest.mark.parametrize("start", [50, 400, 900])
@pytest.mark.parametrize("truth", [120.0, 730.0, 795.0])
def test_it_finds_what_is_there(start: float, truth: float) -> None:
    probes = search(lambda rate, _: rate <= truth, start)
    assert rate_held(probes) == pytest.approx(truth, rel=STAIR - 1)
    assert len(counted(probes)) == COUNTED


@pytest.mark.parametrize("spoilt", [1, 3, 6])
def test_one_spoilt_probe_moves_it_by_little(spoilt: int) -> None:
    probes = search(lambda rate, number: rate <= 700 and number != spoilt, 200)
    assert rate_held(probes) == pytest.approx(700, rel=STAIR - 1)


def test_a_machine_that_is_slower_at_times_is_averaged() -> None:
    """Twice, at a machine whose speed changes by a quarter: the middle half within 15 %."""
    speeds = random.Random(5)
    found = sorted(
        rate_held(search(lambda rate, _: rate <= speeds.uniform(525, 875), 300, 1.4)) or 0
        for _ in range(100)
    )
    assert found[50] == pytest.approx(700, rel=0.05)
    assert found[75] / found[25] < 1.15


def test_where_nothing_is_kept_nothing_is_found() -> None:
    probes = search(lambda rate, number: False, 100)
    assert rate_held(probes) is None
    assert counted(probes) == ()
    assert len(probes) == MOST_STRIDES


def test_where_one_was_kept_by_chance_it_goes_down() -> None:
    probes = search(lambda rate, number: number == 0, 100)
    assert rate_held(probes) is None
