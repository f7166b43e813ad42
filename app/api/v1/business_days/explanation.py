"""What every answer about business days explains: the days that are none, the weekends worked.

A long answer names thousands of days. They are the same for everyone, so that a year of them is
written once and kept as bytes.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from functools import partial

from flask import Flask, current_app
from pydantic import Field

from app.api.bodies import Answer
from app.api.parameters import Flag
from app.api.v1.business_days.written_days import WrittenDays
from app.api.v1.rules import RulesQuery
from app.domain.calendar import BusinessCalendar, ReasonKind, Year
from app.domain.span import Span
from app.facts.recently_used import RecentlyUsed

EXTENSION = "fasti.written_years"
MAX_YEARS = 1024  # over all calendars, rules and directions; one takes about 10 kB
SHORT_DAYS = 31  # Up to so many are written anew: to write a whole year takes ten times as long.


class SkippedDayBody(Answer):
    """A day that was passed over."""

    date: datetime.date
    kind: ReasonKind
    name: str

    @classmethod
    def of(cls, day: datetime.date, year: Year) -> "SkippedDayBody":
        """From the domain: with the first reason."""
        reason = year.reasons(day)[0]
        return cls(date=day, kind=reason.kind, name=reason.name)


class WorkedWeekendBody(Answer):
    """A weekend day that is worked, and so was counted."""

    date: datetime.date
    name: str = Field(examples=["Saturday"])

    @classmethod
    def of(cls, day: datetime.date, year: Year) -> "WorkedWeekendBody":
        """From the domain."""
        reasons = year.reasons(day)
        return cls(date=day, name=next(r.name for r in reasons if r.kind == "worked_weekend"))


class ExplainQuery(RulesQuery):
    """Whether the answer explains itself."""

    explain: Flag = Field(True, description="`false` leaves out `skipped` and `worked_weekends`.")


class Explanation(Answer):
    """The end of an answer that explains itself; not there with ``explain=false``."""

    skipped: list[SkippedDayBody] = Field(
        default_factory=list, description="The days that are no business days, and why."
    )
    worked_weekends: list[WorkedWeekendBody] = Field(
        default_factory=list, description="The weekend days that were business days, by decree."
    )


Written = tuple[WrittenDays, WrittenDays]
"""What was skipped, and the weekend days that were worked."""


def init_app(app: Flask) -> None:
    """Keep what was written, for all questions that this process answers."""
    app.extensions[EXTENSION] = RecentlyUsed[Hashable, Written](MAX_YEARS)


def explained(answer: Answer, query: ExplainQuery, calendar: BusinessCalendar, span: Span) -> bytes:
    """Return ``answer`` as JSON, at its end what explains ``span``, unless ``query`` wants none.

    Raises DateOutOfCoverage. Cost: 3 microseconds for a year that is kept, 1 ms for another.
    """
    if not query.explain:
        return answer.to_json()
    years = reversed(span.years()) if span.is_backward else span.years()
    if span.last - span.first < SHORT_DAYS:
        written = [_write(calendar, span, year) for year in years]
    else:
        kept: RecentlyUsed[Hashable, Written] = current_app.extensions[EXTENSION]
        of_calendar = (calendar.id, calendar.rules, span.is_backward)
        written = [
            kept.get((*of_calendar, year), partial(_write_whole, calendar, span, year))
            for year in years
        ]
    head = answer.to_json().removesuffix(b"}")
    skipped = _rows([days.cut(span) for days, _ in written])
    worked = _rows([days.cut(span) for _, days in written])
    # Joined once: each copy of a long answer costs as much as all that was done for it before.
    return b"".join([head, b',"skipped":[', *skipped, b'],"worked_weekends":[', *worked, b"]}"])


def _rows(texts: list[bytes]) -> list[bytes]:
    """The texts that hold rows, without the comma behind the last."""
    rows = [text for text in texts if text]
    if rows:
        rows[-1] = rows[-1].removesuffix(b",")
    return rows


def _write_whole(calendar: BusinessCalendar, span: Span, year: int) -> Written:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return _write(calendar, Span(first, last, span.is_backward), year)


def _write(calendar: BusinessCalendar, span: Span, year: int) -> Written:
    """The days of ``span`` in ``year``, in the direction of ``span``."""
    facts = calendar.year(year)

    def days(ordinals: Sequence[int], of: Callable[[date, Year], Answer]) -> WrittenDays:
        within = ordinals[bisect_left(ordinals, span.first) : bisect_right(ordinals, span.last)]
        return WrittenDays(
            within, lambda day: of(day, facts).to_json(), is_backward=span.is_backward
        )

    return (
        days(facts.closed_ordinals, SkippedDayBody.of),
        days(facts.worked_ordinals, WorkedWeekendBody.of),
    )
