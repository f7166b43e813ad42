"""The weekends of a calendar over all the dates it covers: many countries changed theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from holidays.holiday_base import HolidayBase

from app.facts.catalogue import CatalogueEntry

ONE_DAY = timedelta(days=1)
SHORTEST_DAYS = 60
"""Weekends that follow each other faster are one that alternates: two Saturdays a month."""


@dataclass(frozen=True, slots=True)
class WeekendPeriod:
    """The weekend from ``first`` to ``last``, both included.

    weekdays: those off each week, 0 for Monday to 6 for Sunday; alternating: those off in some.
    """

    first: date
    last: date
    weekdays: frozenset[int]
    alternating: frozenset[int] = frozenset()


@cache
def weekends(entry: CatalogueEntry) -> tuple[WeekendPeriod, ...]:
    """Return the weekends of a calendar, in order, without a gap from its first date to its last.

    As the library answers it day by day, which takes up to 0.1 s where the answer depends on the
    date, as of twelve countries and a market: they are kept.
    """
    if entry.library_class._get_weekend is HolidayBase._get_weekend:
        return (WeekendPeriod(entry.first, entry.last, frozenset(entry.library_class.weekend)),)
    library = entry.library_class(expand=False, subdiv=entry.subdivision, language=entry.english)
    days = map(date.fromordinal, range(entry.first.toordinal(), entry.last.toordinal() + 1))
    runs = []
    for weekdays, group in groupby(days, lambda day: frozenset(library._get_weekend(day))):
        run = list(group)
        runs.append(WeekendPeriod(run[0], run[-1], weekdays))
    periods: list[WeekendPeriod] = []
    for is_short, group_of_runs in groupby(runs, _is_short):
        alike = list(group_of_runs)
        periods += [_alternation(alike)] if is_short else alike
    return tuple(periods)


def joint_weekends(
    entries: Sequence[CatalogueEntry], first: date, last: date
) -> tuple[WeekendPeriod, ...]:
    """Return the weekends from ``first`` to ``last`` of calendars joined: off in one is off.

    Every one of them must cover these dates.
    """
    periods = [period for entry in entries for period in weekends(entry)]
    starts = sorted({first, *(p.first for p in periods if first < p.first <= last)})
    ends = [*(start - ONE_DAY for start in starts[1:]), last]
    joint = []
    spans = zip(starts, ends, strict=True)
    for (weekdays, alternating), group in groupby(spans, lambda span: _together(periods, span[0])):
        alike = list(group)
        joint.append(WeekendPeriod(alike[0][0], alike[-1][1], weekdays, alternating))
    return tuple(joint)


def _together(periods: Sequence[WeekendPeriod], day: date) -> tuple[frozenset[int], frozenset[int]]:
    """The weekdays off each week about ``day``, and those off in some, in one member or another."""
    in_force = [period for period in periods if period.first <= day <= period.last]
    weekdays = frozenset().union(*(period.weekdays for period in in_force))
    alternating = frozenset().union(*(period.alternating for period in in_force))
    return weekdays, alternating - weekdays


def _is_short(period: WeekendPeriod) -> bool:
    return (period.last - period.first).days < SHORTEST_DAYS


def _alternation(runs: list[WeekendPeriod]) -> WeekendPeriod:
    every = frozenset.intersection(*(run.weekdays for run in runs))
    some = frozenset().union(*(run.weekdays for run in runs))
    return WeekendPeriod(runs[0].first, runs[-1].last, every, some - every)
