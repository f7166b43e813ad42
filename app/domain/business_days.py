"""Business-day arithmetic over a BusinessCalendar: step, count, and say what was skipped."""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.calendar import ONE_DAY, BusinessCalendar, Reason


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
    start: datetime.date, end: datetime.date, calendar: BusinessCalendar
) -> int:
    """Return the number of business days from ``start``, counted, to ``end``, not counted.

    Signed: negative when ``end`` lies before ``start`` (then the days after ``end`` up to and
    with ``start`` are counted); 0 when both are the same day.
    Raises DateOutOfCoverage when a year between the two is not covered.
    Cost: constant per year crossed.
    """
    calendar.year(start.year)  # Refused before any arithmetic: date.max has no day after it.
    if end == start:
        return 0
    if end < start:
        return -count_business_days(end + ONE_DAY, start + ONE_DAY, calendar)
    last = end - ONE_DAY
    total = 0
    for year in range(start.year, last.year + 1):
        ordinals = calendar.year(year).business_ordinals
        low = bisect_left(ordinals, start.toordinal()) if year == start.year else 0
        high = bisect_right(ordinals, last.toordinal()) if year == last.year else len(ordinals)
        total += high - low
    return total


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
