"""GET /api/v1/calendars/{id}/business-days/add, GET /api/v1/calendars/{id}/business-days/count"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import Integer, IsoDate, Query, parse_query
from app.api.v1 import blueprint
from app.api.v1.lookup import calendar_of, check_range, check_step
from app.cache.answers import cached
from app.domain.business_days import (
    SkippedDay,
    add_business_days,
    count_business_days,
    skipped_days,
)
from app.domain.calendar import ReasonKind
from app.facts.almanac import DATA_VERSION


class AddBusinessDaysQuery(Query):
    """Where to start, and how far to step."""

    start: IsoDate = Field(description="Never counted itself.", examples=["2026-06-18"])
    days: Integer = Field(
        description="Business days to step, signed; 0 stays, or takes the next business day.",
        examples=[1],
    )


class SkippedDayBody(Answer):
    """A day that the step passed over."""

    date: datetime.date
    kind: ReasonKind
    name: str

    @classmethod
    def of(cls, skipped: SkippedDay) -> "SkippedDayBody":
        """From the domain."""
        return cls(date=skipped.date, kind=skipped.reason.kind, name=skipped.reason.name)


class AddBusinessDaysAnswer(Answer):
    """The date reached, and every day that was passed over."""

    calendar: str = Field(examples=["SE"])
    start: datetime.date
    days: int
    date: datetime.date
    data_version: str
    skipped: list[SkippedDayBody]


class CountBusinessDaysQuery(Query):
    """From where to where."""

    from_: IsoDate = Field(alias="from", description="Counted.", examples=["2026-06-15"])
    to: IsoDate = Field(description="Not counted.", examples=["2026-06-22"])


class CountBusinessDaysAnswer(Answer):
    """The number of business days; negative when ``to`` lies before ``from``."""

    calendar: str = Field(examples=["SE"])
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    business_days: int
    data_version: str


@blueprint.get("/calendars/<calendar_id>/business-days/add")
@documented(query=AddBusinessDaysQuery, answers=AddBusinessDaysAnswer, problems=(404, 422))
@cached
def add(calendar_id: str) -> bytes:
    """Step ``days`` business days away from ``start``.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    query = parse_query(AddBusinessDaysQuery)
    calendar = calendar_of(calendar_id)
    check_step(query.days)
    reached = add_business_days(query.start, query.days, calendar)
    skipped = skipped_days(query.start, reached, calendar, include_start=query.days == 0)
    return AddBusinessDaysAnswer(
        calendar=calendar.id,
        start=query.start,
        days=query.days,
        date=reached,
        data_version=DATA_VERSION,
        skipped=[SkippedDayBody.of(day) for day in skipped],
    ).to_json()


@blueprint.get("/calendars/<calendar_id>/business-days/count")
@documented(query=CountBusinessDaysQuery, answers=CountBusinessDaysAnswer, problems=(404, 422))
@cached
def count(calendar_id: str) -> bytes:
    """Count the business days from ``from``, counted, to ``to``, not counted.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    query = parse_query(CountBusinessDaysQuery)
    calendar = calendar_of(calendar_id)
    check_range(query.from_, query.to)
    return CountBusinessDaysAnswer(
        calendar=calendar.id,
        from_=query.from_,
        to=query.to,
        business_days=count_business_days(query.from_, query.to, calendar),
        data_version=DATA_VERSION,
    ).to_json()
