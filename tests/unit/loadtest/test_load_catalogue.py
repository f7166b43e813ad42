"""The popularity curve: repeatable, and steep at its head."""

import random
from collections import Counter

import pytest

from loadtest.catalogue import Catalogue

OFFERED = ["ZW", "SE", "US", "XX", "DE-BY", "AD"]


def test_popular_calendars_come_first_and_only_when_offered() -> None:
    assert Catalogue(OFFERED, seed=1).ranked[:3] == ("US", "SE", "DE-BY")


def test_every_offered_calendar_is_ranked_once() -> None:
    assert sorted(Catalogue(OFFERED, seed=1).ranked) == sorted(OFFERED)


def test_a_seed_gives_the_same_ranks_whatever_the_order_of_the_offer() -> None:
    shuffled = list(reversed(OFFERED))
    assert Catalogue(OFFERED, seed=7).ranked == Catalogue(shuffled, seed=7).ranked


def test_the_first_calendar_is_picked_about_twice_as_often_as_the_second() -> None:
    catalogue, chance = Catalogue(OFFERED, seed=1), random.Random(1)
    picked = Counter(catalogue.pick(chance) for _ in range(10_000))
    assert picked["US"] / picked["SE"] == pytest.approx(2, rel=0.1)


def test_a_service_without_calendars_is_refused() -> None:
    with pytest.raises(ValueError, match="no calendar"):
        Catalogue([], seed=1)
