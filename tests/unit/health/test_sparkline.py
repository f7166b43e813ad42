"""The small charts."""

import re

from app.health.sparkline import HEIGHT, MARGIN, WIDTH, sparkline


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([0-9.]+) ([0-9.]+)", path)]


def test_the_line_goes_from_the_left_to_the_right_and_the_largest_is_at_the_top() -> None:
    drawn = sparkline([0, 5, 10])
    assert points(drawn.line) == [(0, HEIGHT), (WIDTH / 2, (HEIGHT + MARGIN) / 2), (WIDTH, MARGIN)]
    assert drawn.highest == 10


def test_what_is_not_known_is_a_gap() -> None:
    drawn = sparkline([1, 1, None, 1, 1])
    assert drawn.line.count("M") == 2


def test_one_value_alone_is_seen() -> None:
    assert len(points(sparkline([None, 3, None]).line)) == 2


def test_nothing_known_draws_nothing() -> None:
    drawn = sparkline([None, None])
    assert (drawn.line, drawn.area, drawn.highest) == ("", "", None)


def test_next_to_nothing_looks_so() -> None:
    (_, low), _ = points(sparkline([0.1, 0.1], least_top=10).line)
    assert low > HEIGHT * 0.9


def test_nothing_but_zeros_lies_at_the_bottom() -> None:
    assert {y for _, y in points(sparkline([0, 0, 0]).line)} == {HEIGHT}
