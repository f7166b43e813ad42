"""Which days a question goes through."""

from datetime import date

import pytest

from app.domain.span import Include, Span

FRIDAY, MONDAY = date(2024, 5, 3), date(2024, 5, 6)


def days(span: Span) -> list[int]:
    return [date.fromordinal(ordinal).day for ordinal in range(span.first, span.last + 1)]


def test_the_day_reached_is_gone_through_and_the_start_is_not_unless_looked_at() -> None:
    assert days(Span.walked(FRIDAY, MONDAY, include_start=False)) == [4, 5, 6]
    assert days(Span.walked(FRIDAY, MONDAY, include_start=True)) == [3, 4, 5, 6]


def test_a_way_back_is_told_from_its_end() -> None:
    back = Span.walked(MONDAY, FRIDAY, include_start=False)
    assert (days(back), back.is_backward) == ([3, 4, 5], True)
    assert days(Span.walked(MONDAY, FRIDAY, include_start=True)) == [3, 4, 5, 6]


def test_nothing_is_gone_through_when_nobody_moves_unless_the_day_was_looked_at() -> None:
    assert days(Span.walked(FRIDAY, FRIDAY, include_start=False)) == []
    assert days(Span.walked(FRIDAY, FRIDAY, include_start=True)) == [3]


@pytest.mark.parametrize(
    ("include", "expected"),
    [("start", [3, 4, 5]), ("end", [4, 5, 6]), ("both", [3, 4, 5, 6]), ("none", [4, 5])],
)
def test_the_ends_of_an_interval_can_be_chosen(include: Include, expected: list[int]) -> None:
    assert days(Span.between(FRIDAY, MONDAY, include)) == expected
    turned: dict[Include, Include] = {"start": "end", "end": "start"}
    backwards = Span.between(MONDAY, FRIDAY, turned.get(include, include))
    assert (days(backwards), backwards.is_backward) == (expected, False)


def test_the_years_are_those_of_the_days_alone() -> None:
    new_year = date(2024, 1, 1)
    assert list(Span.between(date(2022, 12, 31), new_year, "start").years()) == [2022, 2023]
    assert list(Span.between(date(2022, 12, 31), new_year, "end").years()) == [2023, 2024]
    assert list(Span.between(new_year, new_year, "start").years()) == []
