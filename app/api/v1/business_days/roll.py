"""GET /api/v1/calendars/{id}/business-days/adjust, …/next and …/previous"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.business_days.step import SkippedDayBody
from app.api.v1.coverage import AnswerCertainty
from app.api.v1.rules import RulesQuery
from app.cache.answers import cached
from app.domain.business_days import add_business_days, skipped_days
from app.domain.calendar import BusinessCalendar
from app.domain.certainty import certainty_between
from app.domain.conventions import Convention, adjust
from app.facts.almanac import DATA_VERSION


class NeighbourQuery(RulesQuery):
    """The date to look from."""

    date: IsoDate = Field(description="Not an answer itself.", examples=["2026-06-18"])


class AdjustQuery(RulesQuery):
    """The date to roll, and how."""

    date: IsoDate = Field(examples=["2026-05-31"])
    convention: Convention = Field(
        "following", description="Where a date goes on which no business is done."
    )


class RolledAnswer(Answer):
    """The business day found, and every day that was passed over on the way to it."""

    calendar: str = Field(examples=["SE"])
    start: datetime.date
    date: datetime.date
    data_version: str
    certainty: AnswerCertainty
    skipped: list[SkippedDayBody]

    @classmethod
    def of(
        cls, calendar: BusinessCalendar, start: datetime.date, found: datetime.date, leave: bool
    ) -> "RolledAnswer":
        """From the domain. leave: whether ``start`` itself was looked at and passed over."""
        skipped = skipped_days(start, found, calendar, include_start=leave)
        return cls(
            calendar=calendar.id,
            start=start,
            date=found,
            data_version=DATA_VERSION,
            certainty=certainty_between(start, found, calendar),
            skipped=[SkippedDayBody.of(day) for day in skipped],
        )


@blueprint.get("/calendars/<calendar_id>/business-days/next")
@documented(query=NeighbourQuery, answers=RolledAnswer, problems=(404, 422))
@cached
def next_business_day(calendar_id: str) -> bytes:
    """Find the first business day after ``date``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    return _neighbour(calendar_id, 1)


@blueprint.get("/calendars/<calendar_id>/business-days/previous")
@documented(query=NeighbourQuery, answers=RolledAnswer, problems=(404, 422))
@cached
def previous_business_day(calendar_id: str) -> bytes:
    """Find the last business day before ``date``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    return _neighbour(calendar_id, -1)


@blueprint.get("/calendars/<calendar_id>/business-days/adjust")
@documented(query=AdjustQuery, answers=RolledAnswer, problems=(404, 422))
@cached
def adjust_date(calendar_id: str) -> bytes:
    """Roll a date on which no business is done to one on which it is, by a convention.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(AdjustQuery)
    calendar = query.calendar_of(calendar_id)
    found = adjust(query.date, query.convention, calendar)
    return RolledAnswer.of(calendar, query.date, found, leave=True).to_json()


def _neighbour(calendar_id: str, days: int) -> bytes:
    query = parse_query(NeighbourQuery)
    calendar = query.calendar_of(calendar_id)
    found = add_business_days(query.date, days, calendar)
    return RolledAnswer.of(calendar, query.date, found, leave=False).to_json()
