"""All holidays of a country in one year, national and regional, in every category, one row each.

The almanac answers for one calendar and for what closes business. This is the other view of the
same library: of a whole country, with the regions that each holiday is for.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from holidays.observed_holiday_base import ObservedHolidayBase

from app.domain.errors import DateOutOfCoverage
from app.domain.holiday import DayOff, Holiday, holidays_of
from app.facts import pairing
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.recently_used import RecentlyUsed
from app.facts.recorder import Entry

ISO_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
"""ISO 3166-2. Regions that only the library knows have longer names, such as ``DE-Augsburg``."""

NEAR_NEW_YEAR = datetime.timedelta(days=7)

Key = tuple[datetime.date, datetime.date, str]  # actual date, observed date, English name


@dataclass(frozen=True, slots=True)
class CountryHoliday:
    """One holiday of a country, for all of it or for some of its subdivisions.

    date: the day it falls on; observed_date: the day that is off for it.
    subdivisions: the ISO 3166-2 codes it is for, sorted; empty when it is nationwide.
    categories: the library's, sorted, ``public`` first.
    """

    date: datetime.date
    observed_date: datetime.date
    name: str
    local_name: str
    is_nationwide: bool
    subdivisions: tuple[str, ...]
    categories: tuple[str, ...]

    def is_for(self, subdivision: str | None) -> bool:
        """True when it is a holiday there; None asks for the whole country."""
        return self.is_nationwide or subdivision in self.subdivisions


class CountryYears:
    """The holidays of countries by year. Safe to share between threads: a year never changes.

    max_years: how many country years it keeps; the least recently used go first. One takes about
        10 kB, those of the largest countries 60 kB.
    """

    def __init__(self, catalogue: Catalogue, max_years: int = 1024) -> None:
        self._families: dict[str, list[CatalogueEntry]] = defaultdict(list)
        for entry in catalogue:  # a country comes before its subdivisions
            if entry.kind == "country" or ISO_SUBDIVISION.fullmatch(entry.id):
                self._families[entry.country].append(entry)
        self._recent: RecentlyUsed[tuple[str, int], tuple[CountryHoliday, ...]]
        self._recent = RecentlyUsed(max_years)

    def holidays(self, country: CatalogueEntry, year: int) -> tuple[CountryHoliday, ...]:
        """Return the holidays that fall in ``year``, wherever they are observed.

        Sorted by actual date, nationwide ones first, then by name. Raises DateOutOfCoverage.
        Cost when it is not kept: 0.3 ms for each list read (its subdivisions times its categories
        times one or two languages): 2 ms for Sweden, 80 ms for the United States.
        """
        if not country.first.year <= year <= country.last.year:
            raise DateOutOfCoverage(country.id, year, country.first, country.last)
        family = self._families[country.country]
        return self._recent.get((country.country, year), partial(_build, family, year))


@dataclass(slots=True)
class _CategoryRows:
    """One category of a country year: who lists which holiday, and who is off on which date."""

    local_names: dict[Key, str] = field(default_factory=dict)
    national: set[Key] = field(default_factory=set)
    subdivisions: dict[str, set[Key]] = field(default_factory=dict)

    def add(self, entry: CatalogueEntry, holidays: Iterable[Holiday]) -> None:
        """Take in what one country or subdivision lists."""
        keys = set()
        for holiday in holidays:
            key = (holiday.date, holiday.observed_date, holiday.name)
            self.local_names.setdefault(key, holiday.local_name)
            keys.add(key)
        if entry.subdivision is None:
            self.national = keys
        else:
            self.subdivisions[entry.id] = keys

    def scopes(self) -> Iterator[tuple[Key, tuple[str, ...] | None]]:
        """Each holiday with the subdivisions it is for; None for a nationwide one.

        Nationwide is what the national list has and no subdivision drops. To give the day a name
        of its own, or to take it off on its date alone where others take a substitute, is not to
        drop it; such a subdivision has a row of its own besides.
        """
        dates = [
            {day for actual, observed, _ in keys for day in (actual, observed)}
            for keys in self.subdivisions.values()
        ]
        for key in self.local_names:
            if key in self.national and all(key[0] in kept or key[1] in kept for kept in dates):
                yield key, None
            elif scope := tuple(code for code, keys in self.subdivisions.items() if key in keys):
                yield key, scope


def _build(family: list[CatalogueEntry], year: int) -> tuple[CountryHoliday, ...]:
    supported: Any = family[0].library_class.supported_categories
    categories = sorted(supported, key=lambda category: (category != "public", category))
    rows: dict[tuple[Key, tuple[str, ...] | None], list[str]] = defaultdict(list)
    local_names: dict[Key, str] = {}
    for category in categories:
        of_category = _CategoryRows()
        for entry in family:
            of_category.add(entry, _holidays_of_scope(entry, year, category))
        for row in of_category.scopes():
            rows[row].append(category)
        local_names = {**of_category.local_names, **local_names}
    found = [
        CountryHoliday(*key, local_names[key], scope is None, scope or (), tuple(closing))
        for (key, scope), closing in rows.items()
    ]
    return tuple(sorted(found, key=lambda row: (row.date, not row.is_nationwide, row.name)))


def _holidays_of_scope(entry: CatalogueEntry, year: int, category: str) -> Iterator[Holiday]:
    """The holidays of one category that fall in ``year``, in one country or subdivision.

    A day off on a working day is a row with its own date: when a holiday on a Thursday brings an
    other day off besides, that one is a row as well. So no working day that is off goes unseen
    where a holiday has one date, the observed one.
    """
    named, library_year = pairing.read(entry, year, category)
    english = [one for one, _ in named]
    for other in _years_of_missing_substitutes(entry, english, library_year, year):
        beyond, _ = pairing.read(entry, other, category)
        named += [(one, name) for one, name in beyond if one.substitute_for]
    stands_for = _substitutes([one for one, _ in named], library_year, year)
    days_off = [
        DayOff(one.date, one.name, name, (), "confirmed", stands_for.get((one.date, one.name)))
        for one, name in named
    ]
    return (holiday for holiday in holidays_of(days_off) if holiday.date.year == year)


def _substitutes(
    entries: list[Entry], library_year: Any, year: int
) -> dict[tuple[datetime.date, str], datetime.date]:
    """Which days off, by date and name, only stand for another date, and for which.

    Not so a day given besides a holiday that is off on a working day itself, nor one that comes
    with a name of its own where the holiday of that date has a substitute already (Georgia moves
    Washington's Birthday to the day before Christmas).
    """
    names = {(one.date, one.name) for one in entries if one.substitute_for is None}
    dates = {day for day, _ in names}
    served = {one.substitute_for for one in entries if (one.substitute_for, one.name) in names}
    found = {}
    for one in entries:
        actual = one.substitute_for
        if actual is None:
            continue
        is_besides = actual in dates or actual.year != year
        is_stranger = actual in served and (actual, one.name) not in names
        if not (is_stranger or (is_besides and not library_year.is_weekend(actual))):
            found[one.date, one.name] = actual
    return found


def _years_of_missing_substitutes(
    entry: CatalogueEntry, entries: list[Entry], library_year: Any, year: int
) -> Iterator[int]:
    """The years next to ``year`` where the substitute of one of its holidays may lie.

    Each costs as much as ``year`` itself, so they are read only for a holiday on a weekend close to
    New Year that has no substitute in its own year.
    """
    if not issubclass(entry.library_class, ObservedHolidayBase):
        return
    substituted = {one.substitute_for for one in entries}
    alone = [
        one.date
        for one in entries
        if one.substitute_for is None
        and one.date not in substituted
        and library_year.is_weekend(one.date)
    ]
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if year > entry.first.year and any(day - first < NEAR_NEW_YEAR for day in alone):
        yield year - 1
    if year < entry.last.year and any(last - day < NEAR_NEW_YEAR for day in alone):
        yield year + 1
