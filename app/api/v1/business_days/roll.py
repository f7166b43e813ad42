"""GET /api/v1/calendars/{id}/business-days/adjust, …/next and …/previous"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.business_days.explanation import ExplainQuery, Explanation, explained
from app.api.v1.coverage import AnswerCertainty
from app.cache.answers import cached
from app.domain.business_days import add_business_days
from app.domain.calendar import BusinessCalendar
from app.domain.certainty import certainty_between
from app.domain.conventions import Convention, adjust
from app.domain.span import Span
from app.facts.almanac import DATA_VERSION


class NeighbourQuery(ExplainQuery):
    """The date to look from."""

    date: IsoDate = Field(description="Not an answer itself.", examples=["2026-06-18"])


class AdjustQuery(ExplainQuery):
    """The date to roll, and how."""

    date: IsoDate = Field(examples=["2026-05-31"])
    convention: Convention = Field(
        "following", description="Where a date goes on which no business is done."
    )


class RolledAnswer(Answer):
    """The business day found."""

    calendar: str = Field(examples=["SE"])
    start: datetime.date
    date: datetime.date
    data_version: str
    certainty: AnswerCertainty


class ExplainedRolledAnswer(Explanation, RolledAnswer):
    """The business day found, and what lies on the way to it, in the order of the way."""


@blueprint.get("/calendars/<calendar_id>/business-days/next")
@documented(query=NeighbourQuery, answers=ExplainedRolledAnswer, problems=(404, 422))
@cached
def next_business_day(calendar_id: str) -> bytes:
    """Find the first business day after ``date``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    return _neighbour(calendar_id, 1)


@blueprint.get("/calendars/<calendar_id>/business-days/previous")
@documented(query=NeighbourQuery, answers=ExplainedRolledAnswer, problems=(404, 422))
@cached
def previous_business_day(calendar_id: str) -> bytes:
    """Find the last business day before ``date``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    return _neighbour(calendar_id, -1)


@blueprint.get("/calendars/<calendar_id>/business-days/adjust")
@documented(query=AdjustQuery, answers=ExplainedRolledAnswer, problems=(404, 422))
@cached
def adjust_date(calendar_id: str) -> bytes:
    """Roll a date on which no business is done to one on which it is, by a convention.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(AdjustQuery)
    calendar = query.calendar_of(calendar_id)
    found = adjust(query.date, query.convention, calendar)
    return _rolled(query, calendar, found, was_looked_at=query.convention != "none")


def _neighbour(calendar_id: str, days: int) -> bytes:
    query = parse_query(NeighbourQuery)
    calendar = query.calendar_of(calendar_id)
    found = add_business_days(query.date, days, calendar)
    return _rolled(query, calendar, found, was_looked_at=False)


def _rolled(
    query: NeighbourQuery | AdjustQuery,
    calendar: BusinessCalendar,
    found: datetime.date,
    *,
    was_looked_at: bool,
) -> bytes:
    """was_looked_at: whether the date asked about could have been the answer."""
    answer = RolledAnswer(
        calendar=calendar.id,
        start=query.date,
        date=found,
        data_version=DATA_VERSION,
        certainty=certainty_between(query.date, found, calendar),
    )
    span = Span.walked(query.date, found, include_start=was_looked_at)
    return explained(answer, query, calendar, span)
