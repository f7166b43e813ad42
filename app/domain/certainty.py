"""How sure an answer is: as sure as the least certain of the dates it rests on."""

from collections.abc import Iterable
from datetime import date
from typing import get_args

from app.domain.calendar import BusinessCalendar
from app.domain.holiday import Certainty

ORDER: tuple[Certainty, ...] = get_args(Certainty)

DAYS_AN_ESTIMATE_REACHES = 7
"""The moon moves a holiday by a day or two, and its substitute to the working day after."""


def least_certain(certainties: Iterable[Certainty]) -> Certainty:
    """Return the least certain one; ``confirmed`` when there are none."""
    return max(certainties, key=ORDER.index, default="confirmed")


def certainty_between(first: date, last: date, calendar: BusinessCalendar) -> Certainty:
    """Return how sure what is said of the dates between is, both included, in either order.

    By year, as far as rules and decrees go: a decree may change any day of its year, an ordinary
    one as well. ``estimated`` when an estimated day off lies between or within a week of them.
    Raises DateOutOfCoverage. Cost: constant per year.
    """
    if last < first:
        first, last = last, first
    calendar.year(first.year)  # Refused before any arithmetic: date.min has no week before it.
    calendar.year(last.year)
    low = max(first.toordinal() - DAYS_AN_ESTIMATE_REACHES, calendar.first.toordinal())
    high = min(last.toordinal() + DAYS_AN_ESTIMATE_REACHES, calendar.last.toordinal())
    certainties: set[Certainty] = set()
    for number in range(date.fromordinal(low).year, date.fromordinal(high).year + 1):
        year = calendar.year(number)
        if first.year <= number <= last.year:
            certainties.add(year.certainty)
        estimated = year.estimated_ordinals
        if estimated and any(low <= day <= high for day in estimated):
            certainties.add("estimated")
    return least_certain(certainties)
