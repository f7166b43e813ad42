"""The facts a calendar is made of: days off, and the holidays they stand for."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Certainty = Literal["confirmed", "computed", "estimated"]
"""How sure a date is.

confirmed: its year is not later than the year in which the facts were released.
computed: it follows from a rule in force, for a later year.
estimated: it depends on something nobody can know yet, such as the sighting of the moon.
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
    """One holiday: the date it falls on, and the date on which business closes for it."""

    date: datetime.date
    observed_date: datetime.date
    name: str
    local_name: str
    categories: tuple[str, ...]
    certainty: Certainty


def holidays_of(days_off: Iterable[DayOff]) -> Iterator[Holiday]:
    """Yield one Holiday for each holiday behind ``days_off``, in no particular order.

    A holiday with a substitute day is one row: ``date`` is the day it falls on, ``observed_date``
    its substitute. A substitute whose real day is no day off itself (the holiday was moved) is a
    row as well.
    """
    days_off = list(days_off)
    substitutes: dict[datetime.date, list[DayOff]] = defaultdict(list)
    actual_dates = set()
    for day in days_off:
        if day.substitute_for is None:
            actual_dates.add(day.date)
        else:
            substitutes[day.substitute_for].append(day)
    for day in days_off:
        if day.substitute_for is None:
            yield _row(day, day.date, _observed_date(day, substitutes.get(day.date, [])))
        elif day.substitute_for not in actual_dates:
            yield _row(day, day.substitute_for, day.date)


def _observed_date(day: DayOff, substitutes: list[DayOff]) -> datetime.date:
    """The substitute of the same name, else the only one for that date, else the day itself."""
    for substitute in substitutes:
        if substitute.name == day.name:
            return substitute.date
    return substitutes[0].date if len(substitutes) == 1 else day.date


def _row(day: DayOff, actual: datetime.date, observed: datetime.date) -> Holiday:
    return Holiday(actual, observed, day.name, day.local_name, day.categories, day.certainty)
