"""The almanac: calendars and their years of facts, built at boot or on first use, never changed."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, partial

from holidays.version import __version__ as library_version

from app.domain.calendar import BusinessCalendar, CalendarYear, Year
from app.domain.holiday import DayOff, Holiday, Observed, holidays_between
from app.domain.joint import join
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.display_names import DisplayNames
from app.facts.names import Names
from app.facts.recently_used import RecentlyUsed
from app.facts.year_builder import OWN_RULES, Rules, build_year, last_confirmed_year

ADAPTER_REVISION = 2
"""To be raised whenever this room changes what it makes of the same library: caches key on it."""

LIBRARY_NAME = "holidays"
LIBRARY_VERSION: str = library_version
DATA_VERSION = f"{LIBRARY_VERSION}-{ADAPTER_REVISION}"

MAX_JOINT_YEARS = 256  # Each keeps the years of up to ten members.


class _Years(dict[int, CalendarYear]):
    """The years that one question asks for again and again: each is looked up once for it."""

    def __init__(self, look_up: Callable[[int], CalendarYear]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, year: int) -> CalendarYear:
        found = self[year] = self._look_up(year)
        return found


@cache
def _coverage_of(entry: CatalogueEntry) -> tuple[date, date, date]:
    """The first and the last date with facts, and the last that is confirmed."""
    last = entry.last
    return entry.first, last, min(last, date(last_confirmed_year(entry), 12, 31))


class Almanac:
    """Every calendar and its facts. Safe to share between threads: what it hands out never changes.

    max_years: how many years of facts, over all calendars, it keeps besides those built by
        ``build``; the least recently used go first. One takes about 10 kB.
    """

    def __init__(self, max_years: int = 4096) -> None:
        self.catalogue = Catalogue()
        self.display_names = DisplayNames()
        self._built: dict[tuple[str, int], CalendarYear] = {}
        self._recent: RecentlyUsed[tuple[str, int, Rules], CalendarYear] = RecentlyUsed(max_years)
        self._recent_joint: RecentlyUsed[Hashable, Year] = RecentlyUsed(MAX_JOINT_YEARS)

    @cached_property
    def names(self) -> Names:
        """The calendars by their names; made on first use."""
        return Names(self.catalogue)

    def build(self, years: Iterable[int]) -> int:
        """Build ``years`` of every calendar, and the names; return how many years that were.

        To be called before workers fork, so that they share the pages. About 1 ms each.
        """
        years = list(years)
        self.names  # noqa: B018 - made on first use, which is now
        for entry in self.catalogue:
            for year in years:
                if entry.first.year <= year <= entry.last.year:
                    self._built[entry.id, year] = build_year(entry, year)
        return len(self._built)

    def calendar(self, entry: CatalogueEntry, rules: Rules = OWN_RULES) -> BusinessCalendar:
        """Return the calendar of ``entry``; its years come from here when they are asked for."""
        if rules == OWN_RULES:
            rules = OWN_RULES  # one object, which is compared at once
        years = _Years(partial(self._year, entry, rules))
        first, last, confirmed_to = _coverage_of(entry)
        return BusinessCalendar(
            entry.id, first, last, years.__getitem__, confirmed_to=confirmed_to, rules=rules
        )

    def joint_calendar(
        self, entries: Iterable[CatalogueEntry], rules: Rules = OWN_RULES
    ) -> BusinessCalendar:
        """Return the calendar in which a business day is one in all of ``entries``."""
        joint = join([self.calendar(entry, rules) for entry in entries])
        return replace(joint, source=partial(self._joint_year, joint))

    def holidays(
        self, calendar: BusinessCalendar, first: date, last: date, observed: Observed = "both"
    ) -> list[Holiday]:
        """Return the holidays of ``first`` to ``last``, both included, by date, then name.

        Raises DateOutOfCoverage.
        """
        years = [calendar.year(year) for year in range(first.year, last.year + 1)]
        # A holiday and its substitute can lie on two sides of a New Year: look one year further.
        years += [
            calendar.year(year)
            for year in (first.year - 1, last.year + 1)
            if calendar.first.year <= year <= calendar.last.year
        ]
        days_off = [day for year in years for day in year.days_off()]
        return holidays_between(days_off, first, last, observed)

    def days_off(
        self, entries: Iterable[CatalogueEntry], first: date, last: date
    ) -> tuple[list[tuple[CatalogueEntry, DayOff]], list[CatalogueEntry]]:
        """Return who is off, and why, from ``first`` to ``last``, both included, by date.

        Second, the entries that do not cover all of the dates: nothing is said of them.
        """
        found, not_covered = [], []
        for entry in entries:
            if not entry.first <= first <= last <= entry.last:
                not_covered.append(entry)
                continue
            for year in range(first.year, last.year + 1):
                days = self._year(entry, OWN_RULES, year).days_off()
                found += [(entry, day) for day in days if first <= day.date <= last]
        return sorted(found, key=lambda pair: (pair[1].date, pair[0].id)), not_covered

    def _joint_year(self, joint: BusinessCalendar, year: int) -> Year:
        return self._recent_joint.get((joint.id, joint.rules, year), partial(joint.source, year))

    def _year(self, entry: CatalogueEntry, rules: Rules, year: int) -> CalendarYear:
        if rules is OWN_RULES and (built := self._built.get((entry.id, year))) is not None:
            return built
        return self._recent.get((entry.id, year, rules), partial(build_year, entry, year, rules))
