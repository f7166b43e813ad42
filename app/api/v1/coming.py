"""GET /api/v1/calendars/{id}/days/today and …/holidays/next; GET /api/v1/holidays and …/upcoming"""

import datetime

from flask import Response
from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import Integer, IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.coverage import AnswerCertainty, Coverage
from app.api.v1.days import DayAnswer
from app.api.v1.display import Display, LanguageQuery, cached_in_languages
from app.api.v1.holidays import HolidayBody
from app.api.v1.lookup import almanac
from app.api.v1.notes import NoteBody, notes_of
from app.api.v1.today import TodayQuery, TodayRulesQuery, respond_for_today
from app.cache.answers import kept_for_all
from app.domain.certainty import certainty_between
from app.domain.holiday import Certainty, DayOff
from app.facts.almanac import DATA_VERSION
from app.facts.catalogue import CalendarKind, CatalogueEntry
from app.limits.cost import asks_for_a_list

YEARS_TO_LOOK = 5  # A calendar without a holiday in so many years has none: Antarctica's are rare.


class NextQuery(TodayRulesQuery):
    """How many, and after which day."""

    count: Integer = Field(5, ge=1, le=100, description="How many at the most.")
    after: IsoDate | None = Field(None, description="Instead of today.", examples=["2026-06-01"])


class NextAnswer(Answer):
    """The holidays that come next, by the day that is off for them."""

    calendar: str = Field(examples=["SE"])
    after: datetime.date
    to: datetime.date = Field(description="How far ahead was looked: what comes later is not here.")
    coverage: Coverage
    certainty: AnswerCertainty
    notes: list[NoteBody]
    data_version: str
    holidays: list[HolidayBody]


class DayOffBody(Answer):
    """A day off of one calendar."""

    calendar: str = Field(examples=["JP"])
    date: datetime.date
    name: str = Field(examples=["Labor Thanksgiving Day"])
    local_name: str = Field(examples=["勤労感謝の日"])
    display_name: str = Field(examples=["Labor Thanksgiving Day"])
    display_language: str = Field(examples=["en-US"])
    categories: tuple[str, ...] = Field(examples=[["public"]])
    certainty: Certainty
    is_substitute: bool
    substitute_for: datetime.date | None

    @classmethod
    def of(cls, entry: CatalogueEntry, day: DayOff, display: Display) -> "DayOffBody":
        """From the almanac."""
        shown = display.name_of(entry.id, day, day.date.year)
        return cls(
            calendar=entry.id,
            date=day.date,
            name=day.name,
            local_name=day.local_name,
            display_name=shown.text,
            display_language=shown.language,
            categories=day.categories,
            certainty=day.certainty,
            is_substitute=day.substitute_for is not None,
            substitute_for=day.substitute_for,
        )


class WorldwideAnswer(Answer):
    """Who is off, from one date to another, both included."""

    from_: datetime.date = Field(alias="from")
    to: datetime.date
    data_version: str
    holidays: list[DayOffBody]
    not_covered: list[str] = Field(
        description="Calendars without facts for the dates: nothing is said of them."
    )


class WorldwideQuery(LanguageQuery):
    """On which date, and among which calendars."""

    date: IsoDate = Field(examples=["2026-11-23"])
    kind: CalendarKind = Field("country", description="Which calendars to look through.")


class UpcomingQuery(TodayQuery, LanguageQuery):
    """How far ahead, and among which calendars."""

    days: Integer = Field(7, ge=1, le=31, description="Days ahead, today among them.")
    kind: CalendarKind = Field("country", description="Which calendars to look through.")


@blueprint.get("/calendars/<calendar_id>/days/today")
@documented(query=TodayRulesQuery, answers=DayAnswer, problems=(404, 422))
def show_today(calendar_id: str) -> Response:
    """Say whether today is a business day, where ``tz`` says what day it is.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(TodayRulesQuery)
    calendar = query.calendar_of(calendar_id)
    display = Display()
    return respond_for_today(DayAnswer.of(calendar, query.today, display).to_json(), display)


@blueprint.get("/calendars/<calendar_id>/holidays/next")
@asks_for_a_list
@documented(query=NextQuery, answers=NextAnswer, problems=(404, 422))
def next_holidays(calendar_id: str) -> Response:
    """List the holidays observed next after a day, for five years ahead and as far as is covered.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(NextQuery)
    calendar = query.calendar_of(calendar_id)
    after = query.after or query.today
    display = Display()
    calendar.year(after.year)  # Refused here when the calendar does not know that year.
    last = min(datetime.date(after.year + YEARS_TO_LOOK, 12, 31), calendar.last)
    found = sorted(
        (
            (holiday, member)
            for member in calendar.members or (calendar,)
            for holiday in almanac().holidays(member, after, last)
            if holiday.observed_date > after
        ),
        key=lambda found: found[0].observed_date,
    )
    if not found and last == calendar.last:  # Nothing found is not the same as nothing known.
        calendar.year(last.year + 1)
    holidays = found[: query.count]
    rests_on = holidays[-1][0].observed_date if len(holidays) == query.count else last
    return respond_for_today(
        NextAnswer(
            calendar=calendar.id,
            after=after,
            to=last,
            coverage=Coverage.of(calendar),
            certainty=certainty_between(after, rests_on, calendar),
            notes=notes_of(calendar, rests_on),
            data_version=DATA_VERSION,
            holidays=[HolidayBody.of(member, holiday, display) for holiday, member in holidays],
        ).to_json(),
        display,
    )


@blueprint.get("/holidays")
@asks_for_a_list
@documented(query=WorldwideQuery, answers=WorldwideAnswer)
@cached_in_languages(kept_for_all)
def holidays_on(display: Display) -> bytes:
    """Say where a date is a holiday.

    Problems: invalid-query 400.
    """
    query = parse_query(WorldwideQuery)
    return _worldwide(query.date, query.date, query.kind, display)


@blueprint.get("/holidays/upcoming")
@asks_for_a_list
@documented(query=UpcomingQuery, answers=WorldwideAnswer)
def upcoming_holidays() -> Response:
    """List the holidays of all calendars of a kind in the days ahead.

    Problems: invalid-query 400.
    """
    query = parse_query(UpcomingQuery)
    first = query.today
    last = first + datetime.timedelta(days=query.days - 1)
    display = Display()
    return respond_for_today(_worldwide(first, last, query.kind, display), display)


def _worldwide(
    first: datetime.date, last: datetime.date, kind: CalendarKind, display: Display
) -> bytes:
    entries = (entry for entry in almanac().catalogue if entry.kind == kind)
    found, not_covered = almanac().days_off(entries, first, last)
    return WorldwideAnswer(
        from_=first,
        to=last,
        data_version=DATA_VERSION,
        holidays=[DayOffBody.of(entry, day, display) for entry, day in found],
        not_covered=[entry.id for entry in not_covered],
    ).to_json()
