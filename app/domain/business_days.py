"""Business-day arithmetic over a BusinessCalendar: step, count, and say what was skipped."""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.calendar import ONE_DAY, BusinessCalendar, Reason

Include = Literal["start", "end", "both", "none"]
"""Which ends of an interval belong to it."""


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that a step passed over, with the first reason for it."""

    date: datetime.date
    reason: Reason


def add_business_days(start: datetime.date, days: int, calendar: BusinessCalendar) -> datetime.date:
    """Return the date reached by stepping ``days`` business days away from ``start``.

    days: signed count of business days. ``start`` is never counted, so +1 from a Friday and +1
        from the Saturday after it are the same Monday. 0 returns ``start``, or the next business
        day when ``start`` is not one ("following").
    Raises DateOutOfCoverage when the walk leaves the dates ``calendar`` holds facts for.
    Cost: constant per year crossed, whatever ``days`` is.
    """
    if days == 0:
        if calendar.is_business_day(start):
            return start
        days = 1
    return _forward(start, days, calendar) if days > 0 else _backward(start, -days, calendar)


def _forward(start: datetime.date, days: int, calendar: BusinessCalendar) -> datetime.date:
    year = start.year
    ordinals = calendar.year(year).business_ordinals
    index = bisect_right(ordinals, start.toordinal())
    while days > len(ordinals) - index:
        days -= len(ordinals) - index
        year, index = year + 1, 0
        ordinals = calendar.year(year).business_ordinals
    return datetime.date.fromordinal(ordinals[index + days - 1])


def _backward(start: datetime.date, days: int, calendar: BusinessCalendar) -> datetime.date:
    year = start.year
    ordinals = calendar.year(year).business_ordinals
    index = bisect_left(ordinals, start.toordinal())
    while days > index:
        days -= index
        year -= 1
        ordinals = calendar.year(year).business_ordinals
        index = len(ordinals)
    return datetime.date.fromordinal(ordinals[index - days])


def count_business_days(
    start: datetime.date,
    end: datetime.date,
    calendar: BusinessCalendar,
    include: Include = "start",
) -> int:
    """Return the number of business days between ``start`` and ``end``.

    include: which of the two ends is counted, as it is one; ``start`` alone when left out.
    Signed: negative when ``end`` lies before ``start``. When both are the same day it is counted
    by ``both`` alone.
    Raises DateOutOfCoverage when ``start`` or a day that would be counted is not covered.
    Cost: constant per year crossed.
    """
    slices = _slices(start, end, calendar, include)
    total = sum(high - low for _, low, high in slices)
    return total if start <= end else -total


def list_business_days(
    start: datetime.date,
    end: datetime.date,
    calendar: BusinessCalendar,
    include: Include = "start",
) -> list[datetime.date]:
    """Return the business days that ``count_business_days`` counts, earliest first."""
    return [
        datetime.date.fromordinal(ordinal)
        for ordinals, low, high in _slices(start, end, calendar, include)
        for ordinal in ordinals[low:high]
    ]


def _slices(
    start: datetime.date, end: datetime.date, calendar: BusinessCalendar, include: Include
) -> Iterator[tuple[Sequence[int], int, int]]:
    """Yield, year by year, the business days of a year and the slice of them that lies between."""
    calendar.year(start.year)  # Refused before any arithmetic: date.max has no day after it.
    includes_low, includes_high = include in ("start", "both"), include in ("end", "both")
    if end < start:
        start, end, includes_low, includes_high = end, start, includes_high, includes_low
    first = start.toordinal() + (not includes_low)
    last = end.toordinal() - (not includes_high)
    if last < first:
        return
    first_year = datetime.date.fromordinal(first).year
    for year in range(first_year, datetime.date.fromordinal(last).year + 1):
        ordinals = calendar.year(year).business_ordinals
        yield ordinals, bisect_left(ordinals, first), bisect_right(ordinals, last)


def skipped_days(
    start: datetime.date,
    reached: datetime.date,
    calendar: BusinessCalendar,
    *,
    include_start: bool = False,
) -> Iterator[SkippedDay]:
    """Yield the days between ``start`` and ``reached`` that are no business days, in walking order.

    ``reached`` is never among them; ``start`` only with ``include_start`` (``days=0`` leaves it).
    """
    step = ONE_DAY if reached >= start else -ONE_DAY
    day = start if include_start or reached == start else start + step
    while day != reached:
        if not calendar.is_business_day(day):
            yield SkippedDay(day, calendar.reasons(day)[0])
        day += step
