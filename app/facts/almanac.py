"""The almanac: calendars and their years of facts, built at boot or on first use, never changed."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import partial

from holidays.version import __version__ as library_version

from app.domain.calendar import BusinessCalendar, CalendarYear
from app.domain.holiday import Certainty, DayOff, Holiday, holidays_of
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.recorder import Entry, record, weekend_days

ADAPTER_REVISION = 1
"""To be raised whenever this room changes what it makes of the same library: caches key on it."""

DATA_VERSION = f"{library_version}-{ADAPTER_REVISION}"

FACTS_YEAR = 2026
"""The year in which the pinned library was released: later years follow from rules alone."""

CLOSING_CATEGORIES = ("public", "de_facto")
"""The categories that close business. ``de_facto``: by law equal to a public holiday without being
one, such as Midsummer Eve in Sweden (Annual Leave Act, SFS 1977:480, section 7)."""


class Almanac:
    """Every calendar and its facts. Safe to share between threads: what it hands out never changes.

    max_years: how many years of facts, over all calendars, it keeps besides those built by
        ``build``; the least recently used go first. One takes about 10 kB.
    """

    def __init__(self, max_years: int = 4096) -> None:
        self.catalogue = Catalogue()
        self._max_years = max_years
        self._built: dict[tuple[str, int], CalendarYear] = {}
        self._recent: OrderedDict[tuple[str, int], CalendarYear] = OrderedDict()
        self._lock = threading.Lock()

    def build(self, years: Iterable[int]) -> int:
        """Build ``years`` of every calendar and keep them; return how many that were.

        To be called before workers fork, so that they share the pages. About 1 ms each.
        """
        years = list(years)
        for entry in self.catalogue:
            for year in years:
                if entry.first.year <= year <= entry.last.year:
                    self._built[entry.id, year] = _build_year(entry, year)
        return len(self._built)

    def calendar(self, entry: CatalogueEntry) -> BusinessCalendar:
        """Return the calendar of ``entry``; its years come from here when they are asked for."""
        return BusinessCalendar(entry.id, entry.first, entry.last, partial(self._year, entry))

    def holidays(self, calendar: BusinessCalendar, first: date, last: date) -> list[Holiday]:
        """Return the holidays whose date, actual or observed, lies in ``first`` to ``last``.

        Both ends are included. Sorted by actual date, then name. Raises DateOutOfCoverage.
        """
        years = [calendar.year(year) for year in range(first.year, last.year + 1)]
        # A holiday and its substitute can lie on two sides of a New Year: look one year further.
        years += [
            calendar.year(year)
            for year in (first.year - 1, last.year + 1)
            if calendar.first.year <= year <= calendar.last.year
        ]
        found = (
            holiday
            for holiday in holidays_of(day for year in years for day in year.days_off())
            if first <= holiday.date <= last or first <= holiday.observed_date <= last
        )
        return sorted(found, key=lambda holiday: (holiday.date, holiday.name))

    def _year(self, entry: CatalogueEntry, year: int) -> CalendarYear:
        key = (entry.id, year)
        if (built := self._built.get(key)) is not None:
            return built
        with self._lock:
            if (recent := self._recent.get(key)) is not None:
                self._recent.move_to_end(key)
                return recent
        # Outside the lock: two threads may build the same year, which costs time and no truth.
        built = _build_year(entry, year)
        with self._lock:
            self._recent[key] = built
            while len(self._recent) > self._max_years:
                self._recent.popitem(last=False)
        return built


def _build_year(entry: CatalogueEntry, year: int) -> CalendarYear:
    days_off: dict[tuple[date, str], DayOff] = {}
    worked_weekends: set[date] = set()
    for category in CLOSING_CATEGORIES:
        if category not in entry.library_class.supported_categories:
            continue
        read = partial(
            record, entry.library_class, year, subdivision=entry.subdivision, category=category
        )
        english, library_year = read(language=entry.english)
        local = english
        if entry.local_language != entry.english:
            local, library_year = read(language=entry.local_language)
        worked_weekends |= library_year.weekend_workdays  # with those of other years among them
        for in_english, in_local in zip(english, local, strict=True):
            key = (in_english.date, in_english.name)
            categories = (*days_off[key].categories, category) if key in days_off else (category,)
            days_off[key] = _day_off(in_english, in_local.name, categories)
    by_date: dict[date, tuple[DayOff, ...]] = defaultdict(tuple)
    for day_off in days_off.values():
        by_date[day_off.date] += (day_off,)
    weekend = weekend_days(library_year, year)
    return CalendarYear(year, dict(by_date), weekend, weekend & worked_weekends)


def _day_off(entry: Entry, local_name: str, categories: tuple[str, ...]) -> DayOff:
    certainty: Certainty = "confirmed"
    if entry.is_estimated:
        certainty = "estimated"
    elif entry.date.year > FACTS_YEAR:
        certainty = "computed"
    return DayOff(entry.date, entry.name, local_name, categories, certainty, entry.substitute_for)
