"""Who comes when: shapes are pure, arrivals add up to them, and processes share them out."""

import math
from collections import Counter
from itertools import pairwise

import pytest

from loadtest.arrivals import arrivals, share_of
from loadtest.shapes import CAPACITY, SCENARIOS, Scenario
from loadtest.shapes.curve import Curve, flat
from loadtest.shapes.new_year import midnight_of, new_year
from loadtest.shapes.shape import ABUSE_RATE, Phase, Shape, Stream
from loadtest.shapes.zones import ZONES

ALL = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


def test_a_curve_is_straight_between_its_points_and_nothing_outside() -> None:
    curve = Curve.of((0, 10), (10, 20), (10, 100), (20, 100))
    assert [curve.at(seconds) for seconds in (-1, 0, 5, 10, 19, 20)] == [0, 10, 15, 100, 100, 0]
    assert curve.total() == 150 + 1000
    assert curve.scaled(2).peak == 200


@pytest.mark.parametrize("points", [((1, 0), (0, 0)), ((0, -1),)])
def test_a_curve_goes_on_in_time_and_is_never_negative(
    points: tuple[tuple[float, float], ...],
) -> None:
    with pytest.raises(ValueError, match=r"fall|negative"):
        Curve.of(*points)


@ALL
def test_arrivals_add_up_to_the_curves(scenario: Scenario) -> None:
    shape = scenario.make(scenario.peak, scenario.seconds)
    for stream in shape.streams:
        expected = stream.curve.total()
        alone = Shape((), (stream,))
        drawn = sum(1 for _ in arrivals(alone, seed=1))
        # Five standard deviations of a Poisson distribution.
        assert abs(drawn - expected) <= 5 * math.sqrt(expected) + 1, stream.name


@ALL
def test_a_shape_comes_to_its_peak_and_its_phases_leave_no_gap(scenario: Scenario) -> None:
    shape = scenario.make(200, 60)
    own = Shape((), tuple(stream for stream in shape.streams if stream.name != "abuse"))
    assert own.peak == pytest.approx(200, rel=0.12)
    abuse = 0 if scenario.name == CAPACITY else ABUSE_RATE
    assert shape.peak == pytest.approx(own.peak + abuse)
    assert shape.seconds == 60
    assert (shape.phases[0].start_seconds, shape.phases[-1].end_seconds) == (0, 60)
    for one, following in pairwise(shape.phases):
        assert one.end_seconds == pytest.approx(following.start_seconds, abs=1)


@ALL
def test_processes_share_the_arrivals_out_and_none_comes_twice(scenario: Scenario) -> None:
    shape = scenario.make(100, 10)
    together = list(arrivals(shape, seed=7))
    shared = [list(share_of(shape, 7, index, 3)) for index in range(3)]
    assert (
        sorted((one for share in shared for one in share), key=lambda one: one.number) == together
    )
    assert [one.at_seconds for one in together] == sorted(one.at_seconds for one in together)


def test_another_seed_is_another_run() -> None:
    shape = Shape((Phase("all", 0, 5),), (Stream("one", {"reader": 1}, flat(5, 50)),))
    one, again, other = (list(arrivals(shape, seed)) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_in_the_night_of_new_year_zones_follow_each_other_each_at_its_own_midnight() -> None:
    shape = new_year(350, 150)
    waves = [stream for stream in shape.streams if stream.calendars]
    assert len(waves) == len(ZONES)
    firsts = [stream.curve.points[0][0] for stream in waves]
    assert firsts == [midnight_of(zone, 150) for zone in ZONES] == sorted(firsts)
    for zone, wave in zip(ZONES, waves, strict=True):
        assert wave.calendars == zone.calendars
        assert wave.mix == {"payroll": 1.0}
        # All at once: the highest rate is the first.
        assert wave.curve.points[0][1] == wave.curve.peak
    heights = {
        zone.utc_offset_hours: wave.curve.peak for zone, wave in zip(ZONES, waves, strict=True)
    }
    assert max(heights, key=heights.__getitem__) == 1  # Berlin, Paris, Rome


def test_the_token_storm_stays_below_what_one_client_may_ask() -> None:
    for peak in (50, 350, 5000):
        storm = next(s for s in new_year(peak, 150).streams if s.name == "token storm")
        assert 0 < storm.curve.total() < 450.001


def test_kinds_that_cannot_come_are_left_out_and_not_made_up_for() -> None:
    shape = SCENARIOS["steady"].make(100, 20)
    without = shape.without({"abuser", "nager"})
    before, after = (Counter(one.kind for one in arrivals(s, 1)) for s in (shape, without))
    assert not {"abuser", "nager"} & set(after)
    assert after["reader"] == pytest.approx(before["reader"], rel=0.15)
    assert without.peak == pytest.approx(100 * 0.88 + ABUSE_RATE * 0.15)
