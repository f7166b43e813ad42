"""The facts a calendar is made of: days off, and the holidays they stand for."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Certainty = Literal["confirmed", "computed", "estimated", "awaiting_decree"]
"""How sure a date is, the surest first.

confirmed: its year is not later than the year in which the facts were released; where a
    government decrees each year, not later than the last one decreed.
computed: it follows from a rule in force, for a later year.
estimated: it depends on something nobody can know yet, such as the sighting of the moon.
awaiting_decree: its year is later than the last one that its government has decreed.
"""


Observed = Literal["both", "actual", "observed"]
"""Which rows a list of holidays has for a period.

both: one a holiday that falls in it or is observed in it; ``date`` is the day it falls on.
actual: one a holiday that falls in it, as a law lists them.
observed: one for each holiday behind a day off in it; ``date`` is the day off itself.
"""


@dataclass(frozen=True, slots=True)
class DayOff:
    """One holiday on one date on which it closes business.

    name: in English; local_name: in the calendar's own language.
    substitute_for: the date the holiday really falls on, when this one is given in its place.
    """

    date: datetime.date
    name: str
    local_name: str
    categories: tuple[str, ...]
    certainty: Certainty
    substitute_for: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday: the date it falls on, and the date on which business closes for it.

    substitute_for: the date it falls on, when ``observed_date`` is another one given in its place.
    """

    date: datetime.date
    observed_date: datetime.date
    name: str
    local_name: str
    categories: tuple[str, ...]
    certainty: Certainty
    substitute_for: datetime.date | None = None

    @property
    def is_substitute(self) -> bool:
        """True when ``observed_date`` is given in place of another day."""
        return self.substitute_for is not None


def holidays_between(
    days_off: Iterable[DayOff],
    first: datetime.date,
    last: datetime.date,
    observed: Observed = "both",
) -> list[Holiday]:
    """Return the rows for ``first`` to ``last``, both included, by date, then name.

    days_off: those between, and of the years beside them: a holiday and its substitute can lie on
        two sides of a New Year.
    """
    rows: Iterable[Holiday]
    rows = map(_day_itself, days_off) if observed == "observed" else holidays_of(days_off)
    if observed == "actual":  # A holiday with two days off falls once.
        rows = {(row.date, row.name): row for row in reversed(list(rows))}.values()

    def is_asked_for(row: Holiday) -> bool:
        is_observed = observed == "both" and first <= row.observed_date <= last
        return is_observed or first <= row.date <= last

    return sorted(filter(is_asked_for, rows), key=lambda row: (row.date, row.name))


def holidays_of(days_off: Iterable[DayOff]) -> Iterator[Holiday]:
    """Yield one Holiday for each holiday behind ``days_off``, in no particular order.

    A holiday with a substitute day is one row: ``date`` is the day it falls on, ``observed_date``
    its substitute. A substitute whose real day is no day off itself (the holiday was moved) is a
    row as well, and so is each further substitute of one holiday: no day off is left out.
    """
    days_off = list(days_off)
    substitutes: dict[datetime.date, list[DayOff]] = defaultdict(list)
    for day in days_off:
        if day.substitute_for is not None:
            substitutes[day.substitute_for].append(day)
    shown = set()
    for day in days_off:
        if day.substitute_for is None:
            observed = _observed_date(day, substitutes.get(day.date, []))
            shown.add((day.date, observed))
            yield _row(day, day.date, observed)
    for actual, standing_for_it in substitutes.items():
        for day in standing_for_it:
            if (actual, day.date) not in shown:
                yield _row(day, actual, day.date)


def _observed_date(day: DayOff, substitutes: list[DayOff]) -> datetime.date:
    """The substitute of the same name, else the only one for that date, else the day itself."""
    for substitute in substitutes:
        if substitute.name == day.name:
            return substitute.date
    return substitutes[0].date if len(substitutes) == 1 else day.date


def _row(day: DayOff, actual: datetime.date, observed: datetime.date) -> Holiday:
    return _holiday(day, actual, observed, actual if observed != actual else None)


def _day_itself(day: DayOff) -> Holiday:
    return _holiday(day, day.date, day.date, day.substitute_for)


def _holiday(
    day: DayOff,
    actual: datetime.date,
    observed: datetime.date,
    substitute_for: datetime.date | None,
) -> Holiday:
    return Holiday(
        actual,
        observed,
        day.name,
        day.local_name,
        day.categories,
        day.certainty,
        substitute_for,
    )
