"""Reads one year out of the holidays library as data, where the library itself gives labelled text.

The library answers a dict of date to names, in which a substitute day is told from the holiday by
a label in some forty languages ("(observed)", "振替休日", …), an uncertain date by another, and
two holidays on one day are one string. The recorder subclasses a library class, listens while a
year is filled in, and replaces each label by a mark that no name contains. So pairs of actual and
substitute day come from the library's own rules, the same in every language.

It leans on methods the library does not document (``_add_observed``, ``_get_observed_date``,
``_get_next_workday``): the version is pinned, and tests/unit/facts compares every calendar with
what the library says in public.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from holidays.constants import HOLIDAY_NAME_DELIMITER
from holidays.countries.laos import Laos
from holidays.holiday_base import HolidayBase

SUBSTITUTE_MARK = "\x1e"
ESTIMATED_MARK = "\x1f"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name on one date, as the library set it. ``substitute_for`` is None for an actual day."""

    date: datetime.date
    name: str
    is_estimated: bool
    substitute_for: datetime.date | None


class _Label:
    """A class attribute that stays: some library classes assign their labels as they go."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __get__(self, instance: object, owner: type | None = None) -> str:
        return self.text

    def __set__(self, instance: object, value: str) -> None:
        return


_Set = tuple[datetime.date, str, datetime.date | None]
"""What was set: a date, a name with its marks, and the date it is a substitute for, if any."""

_translations: dict[tuple[type, str], Callable[[str], str]] = {}


class Listener:
    """The overrides that come before a library class in its recording subclass."""

    observed_label = _Label("%s" + SUBSTITUTE_MARK)
    observed_label_before = _Label("%s" + SUBSTITUTE_MARK)
    observed_estimated_label = _Label("%s" + SUBSTITUTE_MARK)
    estimated_label = _Label("%s" + ESTIMATED_MARK)
    # The library looks for this at every assignment, and slowly where it is not there yet.
    _initialized = False
    tr: Callable[[str], str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._set: list[_Set] = []
        self._actual_dates: dict[
            datetime.date, datetime.date
        ] = {}  # substitute date -> the date it stands for
        self._substitute_being_added: datetime.date | None = None
        super().__init__(*args, **kwargs)

    def _init_translation(self) -> None:
        """Look for a language once: the library goes to the disk for every object it makes."""
        key = (type(self), self.language)  # type: ignore[attr-defined]
        if key not in _translations:
            super()._init_translation()  # type: ignore[misc]
            _translations[key] = self.tr
        self.tr = _translations[key]

    def _get_observed_date(self, dt: datetime.date, rule: Any) -> datetime.date | None:
        observed: datetime.date | None = super()._get_observed_date(dt, rule)  # type: ignore[misc]
        if observed is not None and observed != dt:
            self._actual_dates[observed] = dt
        return observed

    def _get_next_workday(self, dt: datetime.date, delta: int = +1) -> datetime.date:
        workday: datetime.date = super()._get_next_workday(dt, delta)  # type: ignore[misc]
        if workday != dt:
            self._actual_dates[workday] = dt
        return workday

    def _add_observed(self, dt: Any = None, *args: Any, **kwargs: Any) -> Any:
        self._substitute_being_added = dt if isinstance(dt, datetime.date) else None
        try:
            return super()._add_observed(dt, *args, **kwargs)  # type: ignore[misc]
        finally:
            self._substitute_being_added = None

    def __setitem__(self, key: datetime.date, value: str) -> None:
        names = value.split(HOLIDAY_NAME_DELIMITER) if HOLIDAY_NAME_DELIMITER in value else [value]
        for name in names:
            self._set.append((key, name, self._substitute_being_added))
        super().__setitem__(key, value)  # type: ignore[misc]

    def pop(self, key: datetime.date, default: Any = None) -> Any:
        self._set = [entry for entry in self._set if entry[0] != key]
        return super().pop(key, default)  # type: ignore[misc]

    def entries(self) -> list[Entry]:
        """What was set and not taken back, in the order of setting, each name once a date."""
        kept = [entry for entry in self._set if entry[0] in self]  # type: ignore[operator]
        if isinstance(self, Laos):
            kept = _in_order(kept)
        actual_names = defaultdict(list)
        for day, text, added_for in kept:
            if added_for is None and SUBSTITUTE_MARK not in text:
                actual_names[clean(text)].append(day)
        entries: dict[tuple[datetime.date, str], Entry] = {}
        for day, text, added_for in kept:
            name, actual = clean(text), added_for
            if actual is None and SUBSTITUTE_MARK in text:
                # A rule's own pair first; a decreed substitute names its holiday and no more.
                actual = self._actual_dates.get(day) or _nearest(day, actual_names[name])
            substitute_for = actual if actual != day else None
            entry = Entry(day, name, ESTIMATED_MARK in text, substitute_for)
            entries.setdefault((day, text), entry)
        return list(entries.values())


def _in_order(kept: list[_Set]) -> list[_Set]:
    """Let the substitutes of one name stand for the days of that name in their order.

    The library takes the days of the New Year of Laos out of a set, whose order is another in
    each process: without this, replicas would differ.
    """
    pairs = defaultdict(list)
    for day, text, actual in kept:
        if actual is not None:
            pairs[text].append((day, actual))
    in_order = {
        (day, text): actual
        for text, found in pairs.items()
        for day, actual in zip(*map(sorted, zip(*found, strict=True)), strict=True)
    }
    return [(day, text, in_order.get((day, text), actual)) for day, text, actual in kept]


def _nearest(day: datetime.date, days: list[datetime.date]) -> datetime.date | None:
    return min(days, key=lambda other: abs(other - day), default=None)


def clean(text: str) -> str:
    return text.replace(SUBSTITUTE_MARK, "").replace(ESTIMATED_MARK, "").strip()


@cache
def _recording(library_class: type) -> type:
    return type(f"Recording{library_class.__name__}", (Listener, library_class), {})


def record(
    library_class: type, year: int, *, subdivision: str | None, language: str, category: str
) -> tuple[list[Entry], Any]:
    """Fill one year of one category; return its entries and the library object that holds it.

    language must be one that ``library_class`` supports: anything else would fall to the locale
    of the process. A new object each time: the library's own are not safe to share between threads
    while they grow.
    """
    listener = _recording(library_class)(
        years=year, expand=False, subdiv=subdivision, language=language, categories=category
    )
    return listener.entries(), listener


def weekend_days(library_year: Any, year: int) -> frozenset[datetime.date]:
    """Return the weekend days of ``year``, worked or not, in the calendar that ``record`` filled.

    Most calendars have one weekend all year: those share one set. The others are asked day by day.
    """
    if type(library_year)._get_weekend is HolidayBase._get_weekend:
        return days_of_week(year, frozenset(library_year.weekend))
    return frozenset(day for day in _days(year) if library_year.is_weekend(day))


@lru_cache(maxsize=1024)
def days_of_week(year: int, weekdays: frozenset[int]) -> frozenset[datetime.date]:
    """Return the days of ``year`` on ``weekdays``, 0 for Monday to 6 for Sunday."""
    return frozenset(day for day in _days(year) if day.weekday() in weekdays)


def _days(year: int) -> Iterator[datetime.date]:
    first = datetime.date(year, 1, 1).toordinal()
    last = datetime.date(year, 12, 31).toordinal()
    return map(datetime.date.fromordinal, range(first, last + 1))
