"""The weekends of a calendar, over all its years, are those of the library day by day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.weekends import WeekendPeriod, joint_weekends, weekends
from app.facts.year_builder import build_year

CATALOGUE = Catalogue()
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def calendar(id_: str) -> CatalogueEntry:
    entry = CATALOGUE.find(id_)
    assert entry is not None
    return entry


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [
        first + timedelta(days) for days in range(366) if (first + timedelta(days)).year == year
    ]


def assert_true_of(periods: tuple[WeekendPeriod, ...], day: date, *, is_weekend: bool) -> None:
    (period,) = (period for period in periods if period.first <= day <= period.last)
    if day.weekday() not in period.alternating:
        assert (day.weekday() in period.weekdays) is is_weekend, day


@pytest.mark.parametrize(
    ("id_", "last_of_the_old", "old", "new"),
    [
        ("AE", date(2021, 12, 31), {FRI, SAT}, {SAT, SUN}),
        ("SA", date(2013, 6, 27), {THU, FRI}, {FRI, SAT}),
        ("OM", date(2013, 4, 30), {THU, FRI}, {FRI, SAT}),
        ("SD", date(2008, 1, 25), {FRI}, {FRI, SAT}),
        ("XNYS", date(1952, 9, 28), {SUN}, {SAT, SUN}),
    ],
)
def test_a_change_within_a_year_is_dated_to_the_day(
    id_: str, last_of_the_old: date, old: set[int], new: set[int]
) -> None:
    before, after = weekends(calendar(id_))
    assert (before.last, set(before.weekdays)) == (last_of_the_old, old)
    assert (after.first, set(after.weekdays)) == (last_of_the_old + timedelta(1), new)


def test_a_subdivision_has_a_weekend_of_its_own() -> None:
    assert [(p.first.year, p.last.year, set(p.weekdays)) for p in weekends(calendar("MY-01"))] == [
        (1952, 1994, {FRI, SAT}),
        (1995, 2013, {SAT, SUN}),
        (2014, 2024, {FRI, SAT}),
        (2025, 2100, {SAT, SUN}),
    ]
    assert [set(period.weekdays) for period in weekends(calendar("MY"))] == [{SAT, SUN}]


def test_days_off_in_some_weeks_are_told_apart() -> None:
    two_saturdays_a_month, both_days = weekends(calendar("TW"))
    assert two_saturdays_a_month == WeekendPeriod(
        date(1998, 1, 1), date(2000, 12, 31), frozenset({SUN}), frozenset({SAT})
    )
    assert both_days.weekdays == {SAT, SUN}
    assert [len(period.alternating) for period in weekends(calendar("TH"))] == [0, 0, 6, 0, 0]


def test_weekends_cover_a_calendar_without_a_gap() -> None:
    for entry in CATALOGUE:
        periods = weekends(entry)
        assert (periods[0].first, periods[-1].last) == (entry.first, entry.last)
        for one, following in pairwise(periods):
            assert one.last + timedelta(1) == following.first
            assert (one.weekdays, one.alternating) != (following.weekdays, following.alternating)


def test_every_calendar_has_the_weekend_that_its_days_have() -> None:
    for entry in CATALOGUE:
        year = build_year(entry, 2026)
        for day in (date(2026, 3, 1) + timedelta(days) for days in range(7)):
            is_weekend = any(reason.kind.endswith("weekend") for reason in year.reasons(day))
            assert_true_of(weekends(entry), day, is_weekend=is_weekend)


@pytest.mark.parametrize(
    ("id_", "year"),
    [
        (entry.id, year)
        for entry in CATALOGUE
        if len(weekends(entry)) > 1
        for year in {period.first.year for period in weekends(entry)}
    ],
)
def test_a_year_of_change_is_true_day_by_day(id_: str, year: int) -> None:
    entry = calendar(id_)
    built = build_year(entry, year)
    for day in days_of(year):
        is_weekend = any(reason.kind.endswith("weekend") for reason in built.reasons(day))
        assert_true_of(weekends(entry), day, is_weekend=is_weekend)


def test_joined_a_weekday_off_in_one_is_off() -> None:
    members = [calendar("AE"), calendar("SA")]
    joint = joint_weekends(members, date(2000, 1, 1), date(2100, 12, 31))
    assert [(str(period.first), set(period.weekdays)) for period in joint] == [
        ("2000-01-01", {THU, FRI, SAT}),
        ("2013-06-28", {FRI, SAT}),
        ("2022-01-01", {FRI, SAT, SUN}),
    ]
    assert joint[-1].last == date(2100, 12, 31)


def test_joined_a_change_that_changes_nothing_is_none() -> None:
    members = [calendar("TW"), calendar("SE")]
    joint = joint_weekends(members, date(1998, 1, 1), date(2100, 12, 31))
    assert joint == (WeekendPeriod(date(1998, 1, 1), date(2100, 12, 31), frozenset({SAT, SUN})),)


def test_any_calendars_have_dates_in_common() -> None:
    assert max(entry.first for entry in CATALOGUE) <= min(entry.last for entry in CATALOGUE)
