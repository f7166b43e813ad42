"""The law of what more workers bring is found again in figures made by it."""

import pytest

from loadtest.capacity.scaling import ScalabilityLaw, fit

WORKERS = (1, 2, 3, 4, 6, 8)


@pytest.mark.parametrize(
    "law",
    [
        ScalabilityLaw(100, 0.0, 0.0),
        ScalabilityLaw(250, 0.3, 0.0),
        ScalabilityLaw(400, 0.0, 0.02),
        ScalabilityLaw(1_000, 0.05, 0.01),
    ],
)
def test_a_law_is_found_in_its_own_figures(law: ScalabilityLaw) -> None:
    found = fit([(count, law.at(count)) for count in WORKERS])
    assert found.one == pytest.approx(law.one, rel=1e-6)
    assert found.contention == pytest.approx(law.contention, abs=1e-6)
    assert found.coherency == pytest.approx(law.coherency, abs=1e-6)
    assert found.error([(count, law.at(count)) for count in WORKERS]) < 1e-6


def test_one_worker_alone_holds_what_one_holds() -> None:
    assert ScalabilityLaw(120, 0.4, 0.1).at(1) == 120


def test_nothing_is_below_nothing() -> None:
    # Each worker brings more than the one before, which no share of contention explains.
    found = fit([(1, 100), (2, 230), (3, 390)])
    assert found.contention == found.coherency == 0
    assert found.most == float("inf")
    assert found.error([(1, 100)]) > 0


def test_where_it_ends() -> None:
    assert ScalabilityLaw(100, 0.25, 0.0).most == 400
    assert ScalabilityLaw(100, 0.25, 0.0).peak is None
    law = ScalabilityLaw(100, 0.1, 0.02)
    assert law.peak is not None
    assert law.at(law.peak - 1) < law.most > law.at(law.peak + 1)


def test_one_number_of_workers_says_nothing_of_others() -> None:
    with pytest.raises(ValueError, match="nothing of others"):
        fit([(2, 100), (2, 101)])
