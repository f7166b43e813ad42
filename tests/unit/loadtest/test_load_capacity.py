"""The search ends at the highest rate that is kept, whatever spoils a probe on the way."""

from collections.abc import Callable

import pytest

from loadtest.capacity.search import MOST_PROBES, PRECISION, Probe, highest_kept, next_rate


def search(kept: Callable[[float, int], bool], start: float) -> list[Probe]:
    probes: list[Probe] = []
    while (rate := next_rate(probes, start)) is not None:
        probes.append(Probe(rate, kept(rate, len(probes))))
    return probes


@pytest.mark.parametrize("start", [50, 400, 900])
@pytest.mark.parametrize("truth", [120.0, 730.0, 795.0])
def test_it_finds_what_is_there(start: float, truth: float) -> None:
    probes = search(lambda rate, _: rate <= truth, start)
    found = highest_kept(probes)
    assert found is not None
    assert found <= truth <= found * PRECISION * 1.001
    assert len(probes) <= MOST_PROBES


def test_one_spoilt_probe_does_not_end_it() -> None:
    probes = search(lambda rate, number: rate <= 700 and number != 1, 200)
    found = highest_kept(probes)
    assert found is not None
    assert found > 700 / PRECISION / 1.001


def test_where_nothing_is_kept_nothing_is_found() -> None:
    probes = search(lambda rate, number: False, 100)
    assert highest_kept(probes) is None
    assert len(probes) == MOST_PROBES
