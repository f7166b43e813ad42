"""From the library's categories to the six types of Nager.Date."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.facts.country_years import CountryHoliday

HolidayType = Literal["Public", "Bank", "School", "Authorities", "Optional", "Observance"]

ORDER: tuple[HolidayType, ...] = (
    "Public",
    "Bank",
    "School",
    "Authorities",
    "Optional",
    "Observance",
)
TYPES: dict[str, HolidayType] = {
    "public": "Public",
    "bank": "Bank",
    "school": "School",
    "government": "Authorities",
    "armed_forces": "Authorities",
    "unofficial": "Observance",
    "workday": "Observance",
}
"""The rest is Optional: off for some, by half, or by custom (``optional``, ``half_day``,
``de_facto``, and what a religion or a people keeps)."""

CLOSING_FOR_SOME = frozenset({"Bank", "School", "Authorities"})

SCHOOL_HOLIDAY_DAYS = 2
"""What goes on longer under one name, in a year, is a break. Nager.Date lists no school breaks."""


@dataclass(frozen=True, slots=True)
class TypedHoliday:
    """A holiday with its types, in the order of ``ORDER``."""

    holiday: CountryHoliday
    types: tuple[HolidayType, ...]


def is_public(holiday: CountryHoliday) -> bool:
    """True when it is of the type Public."""
    return "public" in holiday.categories


def typed(holidays: Iterable[CountryHoliday]) -> Iterator[TypedHoliday]:
    """Yield the holidays in their order with their types; without those that say nothing new.

    A public holiday is Public and nothing else: that banks, schools and authorities close as well
    goes without saying. So another row of the same holiday is left out where it is public, and a
    day off for banks, schools or authorities where all have a public holiday, of whatever name.
    The breaks of schools are left out: they would be hundreds of rows a year.
    """
    holidays = _without_school_breaks(list(holidays))
    public = [holiday for holiday in holidays if is_public(holiday)]
    closed_to_all = {holiday.observed_date for holiday in public if holiday.is_nationwide}
    for holiday in holidays:
        if is_public(holiday):
            yield TypedHoliday(holiday, ("Public",))
        elif types := _types(holiday, public, closed_to_all):
            yield TypedHoliday(holiday, types)


def _without_school_breaks(holidays: list[CountryHoliday]) -> list[CountryHoliday]:
    dates = defaultdict(set)
    for holiday in holidays:
        dates[holiday.name].add(holiday.date)
    return [
        holiday
        for holiday in holidays
        if holiday.categories != ("school",) or len(dates[holiday.name]) <= SCHOOL_HOLIDAY_DAYS
    ]


def _types(
    holiday: CountryHoliday, public: list[CountryHoliday], closed_to_all: set[datetime.date]
) -> tuple[HolidayType, ...]:
    if any(_is_covered(holiday, other) for other in public):
        return ()
    types = {TYPES.get(category, "Optional") for category in holiday.categories}
    if holiday.observed_date in closed_to_all:
        types -= CLOSING_FOR_SOME
    return tuple(type_ for type_ in ORDER if type_ in types)


def _is_covered(holiday: CountryHoliday, public: CountryHoliday) -> bool:
    """True when ``public`` is the same holiday, and one wherever ``holiday`` is."""
    if (holiday.date, holiday.name) != (public.date, public.name):
        return False
    return public.is_nationwide or (
        not holiday.is_nationwide and set(holiday.subdivisions) <= set(public.subdivisions)
    )
