"""GET /api/v1/calendars/{id}/settlement"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import Integer, IsoDate, parse_query
from app.api.v1 import blueprint
from app.api.v1.business_days.explanation import ExplainQuery, Explanation, explained
from app.api.v1.coverage import AnswerCertainty
from app.cache.answers import cached
from app.domain.business_days import add_business_days
from app.domain.certainty import certainty_between
from app.domain.conventions import adjust
from app.domain.span import Span
from app.facts.almanac import DATA_VERSION


class SettlementQuery(ExplainQuery):
    """When it was traded, and how many business days later it settles."""

    trade_date: IsoDate = Field(examples=["2026-11-25"])
    days: Integer = Field(2, ge=0, le=30, description="The n of T+n.")


class SettlementAnswer(Answer):
    """When a trade settles. ``effective_date``: the business day the trade counts from."""

    calendar: str = Field(examples=["XNYS+XLON"])
    trade_date: datetime.date
    effective_date: datetime.date
    days: int
    settlement_date: datetime.date
    data_version: str
    certainty: AnswerCertainty


class ExplainedSettlementAnswer(Explanation, SettlementAnswer):
    """When a trade settles, and what lies between, in the order of the days."""


@blueprint.get("/calendars/<calendar_id>/settlement")
@documented(query=SettlementQuery, answers=ExplainedSettlementAnswer, problems=(404, 422))
@cached
def settle(calendar_id: str) -> bytes:
    """Find the day T+n. A trade on a day that is no business day counts from the next one.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(SettlementQuery)
    calendar = query.calendar_of(calendar_id)
    effective = adjust(query.trade_date, "following", calendar)
    settled = add_business_days(effective, query.days, calendar)
    answer = SettlementAnswer(
        calendar=calendar.id,
        trade_date=query.trade_date,
        effective_date=effective,
        days=query.days,
        settlement_date=settled,
        data_version=DATA_VERSION,
        certainty=certainty_between(query.trade_date, settled, calendar),
    )
    span = Span.walked(query.trade_date, settled, include_start=True)
    return explained(answer, query, calendar, span)
