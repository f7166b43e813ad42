"""GET /api/v1/calendars/{id}/business-days/add and …/subtract"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import LARGEST_INTEGER, Integer, IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.business_days.explanation import ExplainQuery, Explanation, explained
from app.api.v1.coverage import AnswerCertainty
from app.api.v1.lookup import check_step
from app.cache.answers import cached
from app.domain.business_days import add_business_days
from app.domain.certainty import certainty_between
from app.domain.span import Span
from app.facts.almanac import DATA_VERSION


class StepQuery(ExplainQuery):
    """Where to start, and how far to step."""

    start: IsoDate = Field(description="Never counted itself.", examples=["2026-06-18"])
    days: Integer = Field(
        description="Business days to step, signed; 0 stays, or takes the next business day.",
        examples=[1],
        json_schema_extra={"minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
    )


class StepAnswer(Answer):
    """The date reached."""

    calendar: str = Field(examples=["SE"])
    start: datetime.date
    days: int
    date: datetime.date
    data_version: str
    certainty: AnswerCertainty


class ExplainedStepAnswer(Explanation, StepAnswer):
    """The date reached, and what lies on the way to it, in the order of the way."""


@blueprint.get("/calendars/<calendar_id>/business-days/add")
@documented(query=StepQuery, answers=ExplainedStepAnswer, problems=(404, 422))
@cached
def add(calendar_id: str) -> bytes:
    """Step ``days`` business days away from ``start``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    query = parse_query(StepQuery)
    return _step(calendar_id, query, query.days)


@blueprint.get("/calendars/<calendar_id>/business-days/subtract")
@documented(query=StepQuery, answers=ExplainedStepAnswer, problems=(404, 422))
@cached
def subtract(calendar_id: str) -> bytes:
    """Step ``days`` business days back from ``start``: the same as adding as many less.

    Problems: as for adding.
    """
    query = parse_query(StepQuery)
    return _step(calendar_id, query, -query.days)


def _step(calendar_id: str, query: StepQuery, days: int) -> bytes:
    calendar = query.calendar_of(calendar_id)
    check_step(days)
    reached = add_business_days(query.start, days, calendar)
    answer = StepAnswer(
        calendar=calendar.id,
        start=query.start,
        days=query.days,
        date=reached,
        data_version=DATA_VERSION,
        certainty=certainty_between(query.start, reached, calendar),
    )
    span = Span.walked(query.start, reached, include_start=days == 0)
    return explained(answer, query, calendar, span)
