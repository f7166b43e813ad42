"""What several rounds say together."""

import pytest

from bench.figures import Spread, ratio, spread
from bench.generator import Requests, percentiles_of


def test_the_spread_is_around_the_median() -> None:
    found = spread([30.0, 10.0, 20.0])
    assert found == Spread(20.0, 10.0, 30.0)
    assert found.percent == 50.0


def test_a_ratio_is_taken_round_by_round() -> None:
    # Of the medians it would be 30 / 20.
    assert ratio([10.0, 30.0, 40.0], [10.0, 20.0, 80.0]) == Spread(1.0, 0.5, 1.5)


def test_a_ratio_of_unequal_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


def test_a_percentile_is_a_time_that_so_many_did_not_exceed() -> None:
    milliseconds = [number / 1000 for number in range(1, 201)]
    found = percentiles_of(milliseconds[::-1])
    assert found == pytest.approx({"p50": 100, "p90": 180, "p99": 198, "max": 200})
    assert percentiles_of([0.007]) == pytest.approx({"p50": 7, "p90": 7, "p99": 7, "max": 7})


def test_every_head_meets_every_start() -> None:
    requests = Requests([b"a", b"b", b"c", b"d"], [b"1", b"2"], [])
    assert [requests.numbered(number) for number in range(8)] == [
        *(b"a1", b"b2", b"d1", b"a2"),
        *(b"c1", b"d2", b"b1", b"c2"),
    ]


def test_a_body_goes_with_its_start() -> None:
    requests = Requests([b"a ", b"b "], [b"head "], [b"body of a", b"body of b"])
    assert requests.numbered(0) == b"a head body of a"
