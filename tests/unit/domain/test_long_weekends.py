"""The rules of long weekends: what a holiday adds to a weekend, and a bridge day to both."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.long_weekends import LongWeekend, find_long_weekends

AUSTRIA_2026 = [
    date(2026, *day)
    for day in (
        (1, 1),
        (1, 6),
        (4, 6),
        (5, 1),
        (5, 14),
        (5, 25),
        (6, 4),
        (8, 15),
        (10, 26),
        (11, 1),
        (12, 8),
        (12, 25),
        (12, 26),
    )
]
WITHOUT_BRIDGE_DAYS = ["04-04/04-06", "05-01/05-03", "05-23/05-25", "10-24/10-26", "12-25/12-27"]
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
HOLIDAYS = st.lists(DAYS, max_size=25, unique=True)


def saturday_and_sunday(day: date) -> bool:
    return day.weekday() >= 5


def found(holidays: list[date], bridge_days: int) -> list[str]:
    weekends = find_long_weekends(holidays, saturday_and_sunday, bridge_days)
    return [_told(weekend) for weekend in weekends]


def _told(weekend: LongWeekend) -> str:
    days = [f"{day:%m-%d}" for day in (weekend.start, weekend.end)]
    return "/".join(days) + "".join(f" {day:%m-%d}" for day in weekend.bridge_days)


def days_of(weekend: LongWeekend) -> list[date]:
    return [weekend.start + timedelta(n) for n in range(weekend.day_count)]


def test_without_bridge_days_a_holiday_has_to_touch_the_weekend() -> None:
    assert found(AUSTRIA_2026, 0) == WITHOUT_BRIDGE_DAYS


def test_one_bridge_day_reaches_from_a_thursday_or_a_tuesday_to_the_weekend() -> None:
    assert found(AUSTRIA_2026, 1) == [
        "01-01/01-04 01-02",
        "01-03/01-06 01-05",
        "04-04/04-06",
        "05-01/05-03",
        "05-14/05-17 05-15",
        "05-23/05-25",
        "06-04/06-07 06-05",
        "10-24/10-26",
        "12-05/12-08 12-07",
        "12-25/12-27",
    ]


def test_two_bridge_days_join_two_weekends_that_share_a_day() -> None:
    assert found(AUSTRIA_2026, 2)[:2] == ["01-01/01-06 01-02 01-05", "04-04/04-06"]


def test_a_long_weekend_counts_both_ends_and_its_bridge_days() -> None:
    (weekend,) = find_long_weekends([date(2026, 5, 14)], saturday_and_sunday, 1)
    assert weekend.day_count == 4
    assert weekend.bridge_days == (date(2026, 5, 15),)


@pytest.mark.parametrize("day", [date(2026, 5, 13), date(2026, 5, 16), date(2026, 5, 17)])
def test_a_wednesday_a_saturday_or_a_sunday_makes_no_weekend_longer(day: date) -> None:
    assert found([day], 1) == []


def test_directions_that_need_too_many_bridge_days_together_are_two_weekends() -> None:
    tuesday, thursday = date(2026, 5, 12), date(2026, 5, 14)
    assert found([tuesday, thursday], 1) == [
        "05-09/05-12 05-11",
        "05-12/05-14 05-13",
        "05-14/05-17 05-15",
    ]


def test_bridge_days_before_the_holiday_come_first_and_each_group_leads_away_from_it() -> None:
    wednesday = date(2026, 5, 13)
    assert found([wednesday], 4) == ["05-09/05-17 05-12 05-11 05-14 05-15"]


def test_a_long_weekend_crosses_new_year() -> None:
    (weekend,) = find_long_weekends([date(2027, 1, 1)], saturday_and_sunday, 4)
    assert weekend.start == date(2026, 12, 26)
    assert weekend.end == date(2027, 1, 3)


def test_where_a_week_has_one_weekend_day_two_days_are_a_long_weekend() -> None:
    monday = date(2026, 5, 11)
    (weekend,) = find_long_weekends([monday], lambda day: day.weekday() == 6, 0)
    assert (weekend.start, weekend.day_count) == (date(2026, 5, 10), 2)


def test_where_no_day_of_the_week_is_off_a_lone_holiday_is_no_weekend() -> None:
    assert find_long_weekends([date(2026, 5, 11)], lambda _: False, 0) == []


@given(HOLIDAYS, st.integers(0, 6))
def test_every_day_of_a_long_weekend_is_off_or_bridged(holidays: list[date], bridge: int) -> None:
    for weekend in find_long_weekends(holidays, saturday_and_sunday, bridge):
        working = {d for d in days_of(weekend) if d.weekday() < 5 and d not in holidays}
        assert working == set(weekend.bridge_days)
        assert len(working) == len(weekend.bridge_days) <= bridge


@given(HOLIDAYS, st.integers(0, 6))
def test_a_long_weekend_has_a_holiday_and_begins_and_ends_on_a_day_off(
    holidays: list[date], bridge: int
) -> None:
    for weekend in find_long_weekends(holidays, saturday_and_sunday, bridge):
        assert set(days_of(weekend)) & set(holidays)
        assert not {weekend.start, weekend.end} & set(weekend.bridge_days)


@given(HOLIDAYS, st.integers(0, 6))
def test_none_lies_in_an_earlier_one(holidays: list[date], bridge: int) -> None:
    weekends = find_long_weekends(holidays, saturday_and_sunday, bridge)
    for index, later in enumerate(weekends):
        for earlier in weekends[:index]:
            assert not (earlier.start <= later.start and later.end <= earlier.end)


@given(HOLIDAYS)
def test_without_bridge_days_they_are_the_runs_of_three_days_off_with_a_holiday(
    holidays: list[date],
) -> None:
    day, runs = date(2025, 12, 20), []
    run: list[date] = []
    while day < date(2027, 1, 20):
        if day.weekday() >= 5 or day in holidays:
            run.append(day)
        else:
            if len(run) >= 3 and set(run) & set(holidays):
                runs.append((run[0], run[-1]))
            run = []
        day += timedelta(1)
    weekends = find_long_weekends(sorted(holidays), saturday_and_sunday, 0)
    assert [(weekend.start, weekend.end) for weekend in weekends] == runs


@given(HOLIDAYS, st.integers(0, 6))
def test_a_holiday_that_reaches_a_weekend_is_in_a_long_one(
    holidays: list[date], bridge: int
) -> None:
    weekends = find_long_weekends(holidays, saturday_and_sunday, bridge)
    for holiday in holidays:
        if holiday.weekday() in (0, 4):  # It touches two weekend days as it is.
            assert any(weekend.start <= holiday <= weekend.end for weekend in weekends)
