"""One year of one calendar, put together from what the recorder reads."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.calendar import CalendarYear
from app.domain.holiday import Certainty, DayOff
from app.facts import pairing
from app.facts.catalogue import CatalogueEntry
from app.facts.decrees import last_decreed_year
from app.facts.recorder import Entry, days_of_week, weekend_days

FACTS_YEAR = 2026
"""The year in which the pinned library was released: later years follow from rules alone."""

CLOSING_CATEGORIES = ("public", "de_facto")
"""The categories that close business. ``de_facto``: by law equal to a public holiday without being
one, such as Midsummer Eve in Sweden (Annual Leave Act, SFS 1977:480, section 7)."""

PUBLIC = "public"  # which every calendar of the library supports
HALF_DAY = "half_day"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the asker wants to be different from the calendar's own rules.

    categories: the ones that close business, all supported by the calendar; None: its own.
    weekend: the weekdays off, 0 for Monday to 6 for Sunday; None: the calendar's, year by year.
    """

    categories: tuple[str, ...] | None = None
    weekend: frozenset[int] | None = None


OWN_RULES = Rules()


def closing_categories(entry: CatalogueEntry) -> tuple[str, ...]:
    """The categories that close business in a calendar when nobody asks for others."""
    return tuple(c for c in CLOSING_CATEGORIES if c in entry.library_class.supported_categories)


def last_confirmed_year(entry: CatalogueEntry) -> int:
    """The year of the facts, or the last one decreed where a government decrees each year."""
    decreed = last_decreed_year(entry)
    return FACTS_YEAR if decreed is None else decreed


def certainty_of_year(entry: CatalogueEntry, year: int) -> Certainty:
    """How sure all days of ``year`` are but those that the moon decides."""
    if year <= last_confirmed_year(entry):
        return "confirmed"
    return "computed" if last_decreed_year(entry) is None else "awaiting_decree"


def build_year(entry: CatalogueEntry, year: int, rules: Rules = OWN_RULES) -> CalendarYear:
    """Return one year of ``entry``. Takes about half a millisecond."""
    categories = closing_categories(entry) if rules.categories is None else rules.categories
    reads = {category: _read(entry, year, category) for category in {*categories, PUBLIC}}
    library_year = reads[PUBLIC].library_year
    weekend = weekend_days(library_year, year)
    if rules.weekend is not None:
        weekend = days_of_week(year, rules.weekend)
    half_days: list[DayOff] = []
    if HALF_DAY in entry.library_class.supported_categories and HALF_DAY not in categories:
        half_days = _read(entry, year, HALF_DAY).days
    days_off = _merged([reads[category].days for category in categories])
    return CalendarYear(
        year,
        _by_date(_without_strangers(days_off, library_year)),
        weekend,
        # The library has those of other years among them.
        weekend & library_year.weekend_workdays,
        _by_date(half_days),
        certainty_of_year(entry, year),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """The days of one category, and the library's object they were read from."""

    days: list[DayOff]
    library_year: Any


def _read(entry: CatalogueEntry, year: int, category: str) -> _Read:
    named, library_year = pairing.read(entry, year, category)
    of_year = certainty_of_year(entry, year)
    days = [_day_off(one, name, category, of_year) for one, name in named]
    return _Read(days, library_year)


def _day_off(entry: Entry, local_name: str, category: str, of_year: Certainty) -> DayOff:
    certainty: Certainty = "estimated" if entry.is_estimated else of_year
    return DayOff(entry.date, entry.name, local_name, (category,), certainty, entry.substitute_for)


def _merged(by_category: list[list[DayOff]]) -> list[DayOff]:
    """One day off for a name on a date, with every category that has it."""
    merged: dict[tuple[date, str], DayOff] = {}
    for day in (day for days in by_category for day in days):
        key = (day.date, day.name)
        if key in merged:
            day = replace(day, categories=(*merged[key].categories, *day.categories))
        merged[key] = day
    return list(merged.values())


def _without_strangers(days: list[DayOff], library_year: Any) -> list[DayOff]:
    """Leave ``substitute_for`` to the days that stand for a holiday.

    The library finds some days of their own the way it finds substitutes: Georgia keeps
    Washington's Birthday on the day before Christmas. Such a day has another name than the holiday
    beside it, which falls on a working day, or has a substitute in its own name already.
    """
    names: dict[date, set[str]] = defaultdict(set)
    for day in days:
        if day.substitute_for is None:
            names[day.date].add(day.name)
    served = {
        day.substitute_for
        for day in days
        if day.substitute_for is not None and day.name in names[day.substitute_for]
    }

    def is_stranger(day: DayOff) -> bool:
        actual = day.substitute_for
        if actual is None or not names[actual] or day.name in names[actual]:
            return False
        return actual in served or not library_year.is_weekend(actual)

    return [replace(day, substitute_for=None) if is_stranger(day) else day for day in days]


def _by_date(days: list[DayOff]) -> dict[date, tuple[DayOff, ...]]:
    by_date: dict[date, tuple[DayOff, ...]] = defaultdict(tuple)
    for day in days:
        by_date[day.date] += (day,)
    return dict(by_date)
