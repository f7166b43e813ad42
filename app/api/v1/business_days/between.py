"""GET /api/v1/calendars/{id}/business-days and …/business-days/count"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.business_days.explanation import ExplainQuery, Explanation, explained
from app.api.v1.coverage import AnswerCertainty, Coverage
from app.api.v1.lookup import check_range
from app.api.v1.notes import NoteBody, notes_of
from app.cache.answers import cached
from app.domain.business_days import count_business_days, list_business_days
from app.domain.certainty import certainty_between
from app.domain.span import Include, Span
from app.facts.almanac import DATA_VERSION
from app.limits.cost import asks_for_a_list


class BetweenQuery(ExplainQuery):
    """From where to where."""

    from_: IsoDate = Field(alias="from", examples=["2026-06-15"])
    to: IsoDate = Field(examples=["2026-06-22"])
    include: Include = Field("start", description="Which of the two ends are counted.")


class CountAnswer(Answer):
    """The number of business days; negative when ``to`` lies before ``from``."""

    calendar: str = Field(examples=["SE"])
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    include: Include
    business_days: int
    coverage: Coverage
    certainty: AnswerCertainty
    notes: list[NoteBody]
    data_version: str


class ListAnswer(Answer):
    """The business days themselves, earliest first."""

    calendar: str = Field(examples=["SE"])
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    include: Include
    coverage: Coverage
    certainty: AnswerCertainty
    notes: list[NoteBody]
    data_version: str
    business_days: list[datetime.date]


class ExplainedCountAnswer(Explanation, CountAnswer):
    """The number of business days, and the other days of the interval, earliest first."""


class ExplainedListAnswer(Explanation, ListAnswer):
    """The business days, and the other days of the interval, earliest first."""


@blueprint.get("/calendars/<calendar_id>/business-days/count")
@documented(query=BetweenQuery, answers=ExplainedCountAnswer, problems=(404, 422))
@cached
def count(calendar_id: str) -> bytes:
    """Count the business days from ``from``, counted, to ``to``, not counted unless asked for.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    query = parse_query(BetweenQuery)
    calendar = query.calendar_of(calendar_id)
    check_range(query.from_, query.to)
    answer = CountAnswer(
        calendar=calendar.id,
        from_=query.from_,
        to=query.to,
        include=query.include,
        business_days=count_business_days(query.from_, query.to, calendar, query.include),
        coverage=Coverage.of(calendar),
        certainty=certainty_between(query.from_, query.to, calendar),
        notes=notes_of(calendar, query.from_, query.to),
        data_version=DATA_VERSION,
    )
    span = Span.between(query.from_, query.to, query.include)
    return explained(answer, query, calendar, span)


@blueprint.get("/calendars/<calendar_id>/business-days")
@asks_for_a_list
@documented(query=BetweenQuery, answers=ExplainedListAnswer, problems=(404, 422))
@cached
def list_between(calendar_id: str) -> bytes:
    """List the business days that a count counts.

    Problems: as for counting.
    """
    query = parse_query(BetweenQuery)
    calendar = query.calendar_of(calendar_id)
    check_range(query.from_, query.to)
    answer = ListAnswer(
        calendar=calendar.id,
        from_=query.from_,
        to=query.to,
        include=query.include,
        coverage=Coverage.of(calendar),
        certainty=certainty_between(query.from_, query.to, calendar),
        notes=notes_of(calendar, query.from_, query.to),
        data_version=DATA_VERSION,
        business_days=list_business_days(query.from_, query.to, calendar, query.include),
    )
    span = Span.between(query.from_, query.to, query.include)
    return explained(answer, query, calendar, span)
