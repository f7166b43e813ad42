"""GET /api/v1/calendars/{id}/days/{date}"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import parse_path_date, parse_query
from app.api.v1 import blueprint
from app.api.v1.coverage import AnswerCertainty
from app.api.v1.notes import NoteBody, notes_of
from app.api.v1.rules import RulesQuery
from app.cache.answers import cached
from app.domain.calendar import BusinessCalendar, Reason, ReasonKind
from app.domain.certainty import certainty_between
from app.facts.almanac import DATA_VERSION


class ReasonBody(Answer):
    """One reason why a day is not a business day, or what is special about one that is."""

    calendar: str = Field(description="Whose reason it is, in a joint calendar.", examples=["SE"])
    kind: ReasonKind
    name: str = Field(examples=["Midsummer Eve"])
    local_name: str | None = Field(
        description="In the language of the calendar; null for a weekend.",
        examples=["Midsommarafton"],
    )
    categories: tuple[str, ...] = Field(examples=[["de_facto"]])
    certainty: str | None = Field(description="Null for a weekend.", examples=["confirmed"])
    substitute_for: datetime.date | None = Field(
        description="The day the holiday falls on, when this one is given in its place."
    )

    @classmethod
    def of(cls, calendar: BusinessCalendar, reason: Reason) -> "ReasonBody":
        """From the domain."""
        return cls(
            calendar=reason.calendar or calendar.id,
            kind=reason.kind,
            name=reason.name,
            local_name=reason.local_name,
            categories=reason.categories,
            certainty=reason.certainty,
            substitute_for=reason.substitute_for,
        )


class DayAnswer(Answer):
    """One day of a calendar."""

    calendar: str = Field(examples=["SE"])
    date: datetime.date
    is_business_day: bool
    data_version: str
    certainty: AnswerCertainty
    notes: list[NoteBody]
    reasons: list[ReasonBody] = Field(description="Empty for an ordinary business day.")

    @classmethod
    def of(cls, calendar: BusinessCalendar, day: datetime.date) -> "DayAnswer":
        """From the domain. Raises DateOutOfCoverage."""
        return cls(
            calendar=calendar.id,
            date=day,
            is_business_day=calendar.is_business_day(day),
            data_version=DATA_VERSION,
            certainty=certainty_between(day, day, calendar),
            notes=notes_of(calendar, day),
            reasons=[ReasonBody.of(calendar, reason) for reason in calendar.reasons(day)],
        )


@blueprint.get("/calendars/<calendar_id>/days/<date>")
@documented(query=RulesQuery, answers=DayAnswer, problems=(404, 422))
@cached
def show_day(calendar_id: str, date: str) -> bytes:
    """Say whether a day is a business day, with every reason.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(RulesQuery)
    day = parse_path_date("date", date)
    calendar = query.calendar_of(calendar_id)
    return DayAnswer.of(calendar, day).to_json()
