"""The calendar: which days are business days, and the reasons why the others are not."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from app.domain.errors import DateOutOfCoverage
from app.domain.holiday import DayOff

ReasonKind = Literal["weekend", "holiday", "worked_weekend"]
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not a business day, or, for ``worked_weekend``, why it is one all the same."""

    kind: ReasonKind
    name: str
    local_name: str | None = None
    categories: tuple[str, ...] = ()
    certainty: str | None = None
    substitute_for: date | None = None


class CalendarYear:
    """One year of a calendar, its business days counted in advance. Immutable: threads share it.

    weekend: the weekend days of the year; worked_weekends: those of them that are worked.
    business_ordinals: the business days, sorted, each as ``date.toordinal`` counts.
    """

    __slots__ = ("_days_off", "_weekend", "_worked_weekends", "business_ordinals", "year")

    def __init__(
        self,
        year: int,
        days_off: Mapping[date, tuple[DayOff, ...]],
        weekend: frozenset[date],
        worked_weekends: frozenset[date],
    ) -> None:
        self.year = year
        self._days_off = days_off
        self._weekend = weekend
        self._worked_weekends = worked_weekends
        first, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
        closed = {day.toordinal() for day in (weekend | days_off.keys()) - worked_weekends}
        self.business_ordinals = array("i", (n for n in range(first, end) if n not in closed))

    def is_business_day(self, day: date) -> bool:
        """True when business is done on ``day``, which must lie in this year."""
        if day in self._weekend:
            return day in self._worked_weekends
        return day not in self._days_off

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """Every reason that applies to ``day``, the weekend first; none on an ordinary day."""
        reasons = []
        if day in self._weekend:
            kind: ReasonKind = "worked_weekend" if day in self._worked_weekends else "weekend"
            reasons.append(Reason(kind, WEEKDAY_NAMES[day.weekday()]))
        reasons += [
            Reason("holiday", o.name, o.local_name, o.categories, o.certainty, o.substitute_for)
            for o in self._days_off.get(day, ())
        ]
        return tuple(reasons)

    def days_off(self) -> Iterator[DayOff]:
        """Every day off of the year, once for each holiday behind it; weekends are not days off."""
        for holidays in self._days_off.values():
            yield from holidays


class YearSource(Protocol):
    """Where a calendar gets its years from."""

    def __call__(self, year: int) -> CalendarYear: ...


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """A calendar with an id and the range of dates it holds facts for, both ends included."""

    id: str
    first: date
    last: date
    source: YearSource

    def year(self, year: int) -> CalendarYear:
        """Return one year of facts. Raises DateOutOfCoverage."""
        if not self.first.year <= year <= self.last.year:
            raise DateOutOfCoverage(self.id, year, self.first, self.last)
        return self.source(year)

    def is_business_day(self, day: date) -> bool:
        """True when business is done on ``day``. Raises DateOutOfCoverage."""
        return self.year(day.year).is_business_day(day)

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """Every reason that applies to ``day``. Raises DateOutOfCoverage."""
        return self.year(day.year).reasons(day)
