"""GET /api/v1/calendars/{id}/long-weekends"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import Integer, parse_query
from app.api.v1 import blueprint
from app.api.v1.coverage import AnswerCertainty, Coverage
from app.api.v1.notes import NoteBody, notes_of
from app.api.v1.rules import RulesQuery
from app.cache.answers import cached_for_all
from app.domain.calendar import BusinessCalendar
from app.domain.certainty import certainty_between
from app.domain.long_weekends import LongWeekend, find_long_weekends
from app.facts.almanac import DATA_VERSION
from app.limits.cost import asks_for_a_list


class LongWeekendsQuery(RulesQuery):
    """Which year, and how many days of leave to spend on one weekend."""

    year: Integer = Field(ge=1, le=9999, examples=[2026])
    bridge_days: Integer = Field(1, ge=0, le=10, description="Days of leave, at the most.")


class LongWeekendBody(Answer):
    """A run of days off, both ends included."""

    start: datetime.date
    end: datetime.date
    day_count: int
    bridge_days: list[datetime.date] = Field(description="Working days to take off.")
    days_per_leave_day: float | None = Field(
        description="Days off for each day of leave; null when it takes none."
    )

    @classmethod
    def of(cls, found: LongWeekend) -> "LongWeekendBody":
        """From the domain."""
        leave_days = len(found.bridge_days)
        return cls(
            start=found.start,
            end=found.end,
            day_count=found.day_count,
            bridge_days=sorted(found.bridge_days),
            days_per_leave_day=round(found.day_count / leave_days, 2) if leave_days else None,
        )


class LongWeekendsAnswer(Answer):
    """The long weekends that touch a year: free ones first, then by days per day of leave."""

    calendar: str = Field(examples=["AT"])
    year: int
    coverage: Coverage
    certainty: AnswerCertainty
    notes: list[NoteBody]
    data_version: str
    long_weekends: list[LongWeekendBody]


@blueprint.get("/calendars/<calendar_id>/long-weekends")
@asks_for_a_list
@documented(query=LongWeekendsQuery, answers=LongWeekendsAnswer, problems=(404, 422))
@cached_for_all
def list_long_weekends(calendar_id: str) -> bytes:
    """List the long weekends of a year, across New Year as well, ranked by what a leave day brings.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(LongWeekendsQuery)
    calendar = query.calendar_of(calendar_id)
    found = find_long_weekends(
        _closing_holidays(calendar, query.year),
        lambda day: _is_weekend(calendar, day),
        query.bridge_days,
    )
    first, last = datetime.date(query.year, 1, 1), datetime.date(query.year, 12, 31)
    touching = [LongWeekendBody.of(f) for f in found if f.start.year <= query.year <= f.end.year]
    return LongWeekendsAnswer(
        calendar=calendar.id,
        year=query.year,
        coverage=Coverage.of(calendar),
        certainty=certainty_between(first, last, calendar),
        notes=notes_of(calendar, last),
        data_version=DATA_VERSION,
        long_weekends=sorted(touching, key=_rank),
    ).to_json()


def _closing_holidays(calendar: BusinessCalendar, year: int) -> list[datetime.date]:
    """The holidays of the year and of the weeks around it that can reach into it, in order."""
    calendar.year(year)  # Refused here when the calendar does not know the year itself.
    covered = range(max(year - 1, calendar.first.year), min(year + 1, calendar.last.year) + 1)
    near = datetime.timedelta(days=31)
    low, high = datetime.date(year, 1, 1) - near, datetime.date(year, 12, 31) + near
    days = {day.date for y in covered for day in calendar.year(y).days_off()}
    return sorted(day for day in days if low <= day <= high)


def _is_weekend(calendar: BusinessCalendar, day: datetime.date) -> bool:
    return any(reason.kind == "weekend" for reason in calendar.reasons(day))


def _rank(weekend: LongWeekendBody) -> tuple[float, int, datetime.date]:
    return (-(weekend.days_per_leave_day or float("inf")), -weekend.day_count, weekend.start)
