"""Business-day arithmetic over a BusinessCalendar: step, count and list."""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from app.domain.calendar import BusinessCalendar
from app.domain.span import Include, Span


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
    span = Span.between(start, end, include)
    for year in span.years():
        ordinals = calendar.year(year).business_ordinals
        yield ordinals, bisect_left(ordinals, span.first), bisect_right(ordinals, span.last)
