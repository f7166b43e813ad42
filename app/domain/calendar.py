"""The calendar: which days are business days, and the reasons why the others are not."""

from array import array
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, Protocol

from app.domain.errors import DateOutOfCoverage
from app.domain.holiday import Certainty, DayOff

ReasonKind = Literal["weekend", "holiday", "worked_weekend", "half_day"]
"""``worked_weekend`` and ``half_day`` are said of business days: why one is, why it is short."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not a business day, or what is special about one that is.

    calendar: the member of a joint calendar whose reason it is; None in a calendar of its own.
    """

    kind: ReasonKind
    name: str
    local_name: str | None = None
    categories: tuple[str, ...] = ()
    certainty: str | None = None
    substitute_for: date | None = None
    calendar: str | None = None


class Year(Protocol):
    """One year of a calendar of any kind. Immutable: threads share it.

    Days as ``date.toordinal`` counts them, sorted: business_ordinals are the business days,
    closed_ordinals all others, worked_ordinals the weekend days among the business days,
    estimated_ordinals the days off that are estimates. certainty: how sure all other days are, the
    ordinary ones among them; never ``estimated``, which is said of a day.
    """

    @property
    def business_ordinals(self) -> Sequence[int]: ...

    @property
    def closed_ordinals(self) -> Sequence[int]: ...

    @property
    def worked_ordinals(self) -> Sequence[int]: ...

    @property
    def estimated_ordinals(self) -> Sequence[int]: ...

    @property
    def certainty(self) -> Certainty: ...

    def is_business_day(self, day: date) -> bool:
        """True when business is done on ``day``, which must lie in this year."""

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """Every reason that applies to ``day``, the weekend first; none on an ordinary day."""

    def days_off(self) -> Iterator[DayOff]:
        """Every day off, once for each holiday behind it; weekends are not days off."""


class CalendarYear:
    """One year of a single calendar, its business days counted in advance.

    weekend: the weekend days of the year; worked_weekends: those of them that are worked.
    half_days: days on which business closes early; they are business days.
    """

    __slots__ = (
        "_days_off",
        "_half_days",
        "_weekend",
        "_worked_weekends",
        "business_ordinals",
        "certainty",
        "closed_ordinals",
        "estimated_ordinals",
        "worked_ordinals",
    )

    def __init__(
        self,
        year: int,
        days_off: Mapping[date, tuple[DayOff, ...]],
        weekend: frozenset[date],
        worked_weekends: frozenset[date],
        half_days: Mapping[date, tuple[DayOff, ...]] = MappingProxyType({}),
        certainty: Certainty = "confirmed",
    ) -> None:
        self.certainty: Certainty = certainty
        self._days_off = days_off
        self._half_days = half_days
        self._weekend = weekend
        self._worked_weekends = worked_weekends
        days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        closed = {day.toordinal() for day in (weekend | days_off.keys()) - worked_weekends}
        worked = sorted(day.toordinal() for day in weekend & worked_weekends)
        estimated = {day.date for day in self.days_off() if day.certainty == "estimated"}
        self.business_ordinals: Sequence[int] = array("i", (n for n in days if n not in closed))
        self.closed_ordinals: Sequence[int] = array("i", (n for n in days if n in closed))
        self.worked_ordinals: Sequence[int] = array("i", worked)
        self.estimated_ordinals: Sequence[int] = sorted(day.toordinal() for day in estimated)

    def is_business_day(self, day: date) -> bool:
        """True when business is done on ``day``, which must lie in this year."""
        if day in self._weekend:
            return day in self._worked_weekends
        return day not in self._days_off

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """Every reason that applies to ``day``, the weekend first; none on an ordinary day."""
        reasons = []
        kind: ReasonKind
        if day in self._weekend:
            kind = "worked_weekend" if day in self._worked_weekends else "weekend"
            reasons.append(Reason(kind, WEEKDAY_NAMES[day.weekday()]))
        by_kind: tuple[tuple[ReasonKind, Mapping[date, tuple[DayOff, ...]]], ...]
        by_kind = (("holiday", self._days_off), ("half_day", self._half_days))
        for kind, days in by_kind:
            reasons += [
                Reason(kind, o.name, o.local_name, o.categories, o.certainty, o.substitute_for)
                for o in days.get(day, ())
            ]
        return tuple(reasons)

    def days_off(self) -> Iterator[DayOff]:
        """Every day off of the year, once for each holiday behind it; weekends are not days off."""
        for holidays in self._days_off.values():
            yield from holidays


class YearSource(Protocol):
    """Where a calendar gets its years from."""

    def __call__(self, year: int, /) -> Year: ...


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """A calendar with an id and the range of dates it holds facts for, both ends included.

    members: the calendars that a joint one is made of; none for a calendar of its own.
    confirmed_to: the last date of which nothing is computed or awaits a decree.
    rules: what an asker wanted to be different. Calendars of one id and equal rules are the same.
    """

    id: str
    first: date
    last: date
    source: YearSource
    members: tuple["BusinessCalendar", ...] = ()
    confirmed_to: date = date.max
    rules: Hashable = None

    def year(self, year: int) -> Year:
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
