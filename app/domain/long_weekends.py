"""Long weekends: runs of days off around a holiday, stretched by bridge days that are taken off."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ONE_DAY = datetime.timedelta(days=1)

IsDayOff = Callable[[datetime.date], bool]


@dataclass(frozen=True, slots=True)
class LongWeekend:
    """A run of days off, both ends included.

    bridge_days: the working days in it that have to be taken off; those before the holiday come
    first, each group counted away from the holiday.
    """

    start: datetime.date
    end: datetime.date
    bridge_days: tuple[datetime.date, ...]

    @property
    def day_count(self) -> int:
        """How many days it has, bridge days included."""
        return (self.end - self.start).days + 1

    def holds(self, other: "LongWeekend") -> bool:
        """True when ``other`` lies in this one, or is as long."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class _Walk:
    """What one direction away from a holiday adds to it."""

    end: datetime.date
    bridge_days: tuple[datetime.date, ...]


def find_long_weekends(
    holidays: Iterable[datetime.date], is_weekend: IsDayOff, bridge_days: int
) -> list[LongWeekend]:
    """Return the long weekends around ``holidays``, in the order of the holidays.

    holidays: the dates off, which may be in any order; a span may reach beyond their year.
    bridge_days: how many working days may be taken off for one weekend; 0 takes none.
    A span counts when the days it adds to its holiday are as many as a week has weekend days, so
    with two of them it has three days at least. Where both directions together need more bridge
    days than there are, each is a span of its own. One that lies in an earlier one is left out.
    Cost: linear in the number of holidays and in ``bridge_days``.
    Source: the behaviour of Nager.LongWeekend, https://github.com/nager/Nager.LongWeekend (MIT),
    described by its results and written anew; read 2026-11-21.
    """
    holidays = list(holidays)
    dates = frozenset(holidays)

    def is_day_off(day: datetime.date) -> bool:
        return day in dates or is_weekend(day)

    found: list[LongWeekend] = []
    for holiday in holidays:
        for candidate in _around(holiday, is_day_off, is_weekend, bridge_days):
            if not any(earlier.holds(candidate) for earlier in found):
                found.append(candidate)
    return found


def _around(
    holiday: datetime.date, is_day_off: IsDayOff, is_weekend: IsDayOff, bridge_days: int
) -> list[LongWeekend]:
    """The one or two spans around one holiday; none where they add too little to it."""
    before = _walk(holiday, -ONE_DAY, is_day_off, bridge_days)
    after = _walk(holiday, ONE_DAY, is_day_off, bridge_days)
    added = (after.end - before.end).days
    if added == 0 or added < _weekend_days_a_week(holiday, is_weekend):
        return []
    if len(before.bridge_days) + len(after.bridge_days) > bridge_days:
        return [
            LongWeekend(before.end, holiday, before.bridge_days),
            LongWeekend(holiday, after.end, after.bridge_days),
        ]
    return [LongWeekend(before.end, after.end, before.bridge_days + after.bridge_days)]


def _walk(
    holiday: datetime.date, step: datetime.timedelta, is_day_off: IsDayOff, bridge_days: int
) -> _Walk:
    """Go from ``holiday`` over days off, and over working days while bridge days are left."""
    end = holiday
    bridges: list[datetime.date] = []
    while True:
        left = bridge_days - len(bridges)
        working = next((n for n in range(left + 1) if is_day_off(end + step * (n + 1))), None)
        if working is None:
            return _Walk(end, tuple(bridges))
        bridges += [end + step * n for n in range(1, working + 1)]
        end += step * (working + 1)


def _weekend_days_a_week(holiday: datetime.date, is_weekend: IsDayOff) -> int:
    monday = holiday - ONE_DAY * holiday.weekday()
    return sum(is_weekend(monday + ONE_DAY * n) for n in range(7))
