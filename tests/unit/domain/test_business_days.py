"""The rules of business-day arithmetic, on calendars made by hand."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.business_days import (
    add_business_days,
    count_business_days,
    list_business_days,
)
from app.domain.calendar import BusinessCalendar, CalendarYear
from app.domain.errors import DateOutOfCoverage
from app.domain.holiday import DayOff
from app.domain.span import Include


def make_calendar(
    *holidays: date, worked: tuple[date, ...] = (), first: int = 2000, last: int = 2040
) -> BusinessCalendar:
    """A calendar with the weekend on Saturday and Sunday, and these holidays."""

    @cache
    def year_of(year: int) -> CalendarYear:
        days = [date(year, 1, 1) + timedelta(n) for n in range(366)]
        weekend = frozenset(d for d in days if d.year == year and d.weekday() >= 5)
        days_off = {
            day: (DayOff(day, "Feast", "Fest", ("public",), "confirmed"),)
            for day in holidays
            if day.year == year
        }
        return CalendarYear(year, days_off, weekend, frozenset(worked) & weekend)

    return BusinessCalendar("ZZ", date(first, 1, 1), date(last, 12, 31), year_of)


EASTER_2024 = make_calendar(date(2024, 3, 29), date(2024, 4, 1))
PLAIN = make_calendar()
DATES = st.dates(date(2005, 1, 1), date(2035, 12, 31))
CALENDARS = st.sets(DATES, max_size=60).map(lambda holidays: make_calendar(*holidays))


def test_one_day_after_maundy_thursday_is_easter_tuesday() -> None:
    assert add_business_days(date(2024, 3, 28), 1, EASTER_2024) == date(2024, 4, 2)


def test_one_day_before_easter_tuesday_is_maundy_thursday() -> None:
    assert add_business_days(date(2024, 4, 2), -1, EASTER_2024) == date(2024, 3, 28)


@pytest.mark.parametrize("start", [date(2024, 5, 3), date(2024, 5, 4), date(2024, 5, 5)])
def test_one_day_from_friday_saturday_or_sunday_is_the_same_monday(start: date) -> None:
    assert add_business_days(start, 1, PLAIN) == date(2024, 5, 6)


def test_zero_days_keep_a_business_day() -> None:
    assert add_business_days(date(2024, 3, 28), 0, EASTER_2024) == date(2024, 3, 28)


def test_zero_days_lead_from_a_holiday_to_the_next_business_day() -> None:
    assert add_business_days(date(2024, 3, 29), 0, EASTER_2024) == date(2024, 4, 2)


def test_a_step_crosses_new_year() -> None:
    assert add_business_days(date(2024, 12, 31), 1, PLAIN) == date(2025, 1, 1)
    assert add_business_days(date(2025, 1, 1), -1, PLAIN) == date(2024, 12, 31)


def test_a_step_out_of_coverage_is_refused() -> None:
    with pytest.raises(DateOutOfCoverage, match="no facts for 2041"):
        add_business_days(date(2040, 12, 31), 1, PLAIN)
    with pytest.raises(DateOutOfCoverage, match="no facts for 1999"):
        add_business_days(date(2000, 1, 3), -1, PLAIN)


def test_a_worked_saturday_counts() -> None:
    saturday = date(2024, 5, 11)
    calendar = make_calendar(worked=(saturday,))
    assert add_business_days(date(2024, 5, 10), 1, calendar) == saturday


def test_a_week_has_five_business_days_whatever_day_it_begins() -> None:
    for offset in range(7):
        start = date(2024, 6, 3) + timedelta(offset)
        assert count_business_days(start, start + timedelta(7), PLAIN) == 5


def test_the_start_is_counted_and_the_end_is_not() -> None:
    friday, monday = date(2024, 5, 3), date(2024, 5, 6)
    assert count_business_days(friday, monday, PLAIN) == 1
    assert count_business_days(friday, friday, PLAIN) == 0


def test_counting_backwards_is_negative_and_still_counts_the_start() -> None:
    friday, monday = date(2024, 5, 3), date(2024, 5, 6)
    assert count_business_days(monday, friday, PLAIN) == -1


def test_counting_from_the_last_date_of_all_is_refused() -> None:
    with pytest.raises(DateOutOfCoverage):
        count_business_days(date.max, date(2024, 1, 1), PLAIN)


def test_an_end_that_is_not_counted_need_not_be_covered() -> None:
    assert count_business_days(date(2040, 12, 31), date(2041, 1, 1), PLAIN) == 1


@pytest.mark.parametrize(
    ("include", "expected"), [("start", 1), ("end", 1), ("both", 2), ("none", 0)]
)
def test_the_ends_that_are_counted_can_be_chosen(include: Include, expected: int) -> None:
    friday, monday = date(2024, 5, 3), date(2024, 5, 6)
    assert count_business_days(friday, monday, PLAIN, include) == expected
    assert count_business_days(monday, friday, PLAIN, include) == -expected
    assert len(list_business_days(friday, monday, PLAIN, include)) == expected


@pytest.mark.parametrize(
    ("include", "expected"), [("start", 0), ("end", 0), ("both", 1), ("none", 0)]
)
def test_one_day_is_counted_when_both_of_its_ends_are(include: Include, expected: int) -> None:
    assert count_business_days(date(2024, 5, 3), date(2024, 5, 3), PLAIN, include) == expected


@given(CALENDARS, DATES, DATES, st.sampled_from(("start", "end", "both", "none")))
def test_the_list_holds_the_days_that_are_counted(
    calendar: BusinessCalendar, start: date, end: date, include: Include
) -> None:
    listed = list_business_days(start, end, calendar, include)
    assert abs(count_business_days(start, end, calendar, include)) == len(listed)
    assert listed == sorted(set(listed))
    assert all(calendar.is_business_day(day) for day in listed)
    assert (start in listed) == (
        calendar.is_business_day(start)
        and (include == "both" or (include == "start" and start != end))
    )


@given(CALENDARS, st.integers(2005, 2035))
def test_a_day_of_a_year_is_a_business_day_or_a_closed_one(
    calendar: BusinessCalendar, number: int
) -> None:
    year = calendar.year(number)
    first = date(number, 1, 1).toordinal()
    both = sorted([*year.business_ordinals, *year.closed_ordinals])
    assert both == list(range(first, date(number + 1, 1, 1).toordinal()))
    assert all(not year.is_business_day(date.fromordinal(n)) for n in year.closed_ordinals)


def test_a_worked_weekend_is_a_business_day_and_named_as_one() -> None:
    saturday = date(2024, 5, 11)
    year = make_calendar(worked=(saturday,)).year(2024)
    assert list(year.worked_ordinals) == [saturday.toordinal()]
    assert saturday.toordinal() in year.business_ordinals
    assert saturday.toordinal() not in year.closed_ordinals


@given(CALENDARS, DATES, st.integers(-400, 400).filter(bool))
def test_a_step_agrees_with_walking_day_by_day(
    calendar: BusinessCalendar, start: date, days: int
) -> None:
    one, day, left = timedelta(1 if days > 0 else -1), start, abs(days)
    while left:
        day += one
        left -= calendar.is_business_day(day)
    assert add_business_days(start, days, calendar) == day


@given(CALENDARS, DATES, st.integers(0, 800))
def test_a_count_agrees_with_looking_at_each_day(
    calendar: BusinessCalendar, start: date, length: int
) -> None:
    days = [start + timedelta(n) for n in range(length)]
    expected = sum(calendar.is_business_day(day) for day in days)
    assert count_business_days(start, start + timedelta(length), calendar) == expected


@given(CALENDARS, DATES, st.integers(1, 300))
def test_there_and_back_is_where_it_began(
    calendar: BusinessCalendar, start: date, days: int
) -> None:
    origin = add_business_days(start, 0, calendar)
    there = add_business_days(origin, days, calendar)
    assert add_business_days(there, -days, calendar) == origin
    assert count_business_days(origin, there, calendar) == days


@given(CALENDARS, DATES, DATES, DATES)
def test_counts_add_up(calendar: BusinessCalendar, a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    first, second = count_business_days(a, b, calendar), count_business_days(b, c, calendar)
    assert count_business_days(a, c, calendar) == first + second
