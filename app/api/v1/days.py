"""GET /api/v1/calendars/{id}/days/{date}"""

import datetime

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import parse_path_date, parse_query
from app.api.v1 import blueprint
from app.api.v1.coverage import AnswerCertainty
from app.api.v1.display import Display, LanguageQuery, cached_in_languages
from app.api.v1.notes import NoteBody, notes_of
from app.api.v1.rules import RulesQuery
from app.cache.answers import kept
from app.domain.calendar import BusinessCalendar, Reason, ReasonKind
from app.domain.certainty import certainty_between
from app.facts.almanac import DATA_VERSION
from app.facts.display_names import DisplayName


class DayQuery(RulesQuery, LanguageQuery):
    """With which rules, and in which language."""


class ReasonBody(Answer):
    """One reason why a day is not a business day, or what is special about one that is."""

    calendar: str = Field(description="Whose reason it is, in a joint calendar.", examples=["SE"])
    kind: ReasonKind
    name: str = Field(examples=["Midsummer Eve"])
    local_name: str | None = Field(
        description="In the language of the calendar; null for a weekend.",
        examples=["Midsommarafton"],
    )
    display_name: str = Field(
        description="In the language asked for, or the next best.", examples=["Midsummer Eve"]
    )
    display_language: str = Field(
        description="BCP 47 tag of the language it really is in.", examples=["en-US"]
    )
    categories: tuple[str, ...] = Field(examples=[["de_facto"]])
    certainty: str | None = Field(description="Null for a weekend.", examples=["confirmed"])
    substitute_for: datetime.date | None = Field(
        description="The day the holiday falls on, when this one is given in its place."
    )

    @classmethod
    def of(cls, calendar_id: str, reason: Reason, shown: DisplayName) -> "ReasonBody":
        """From the domain. calendar_id: of the calendar whose reason it is."""
        return cls(
            calendar=calendar_id,
            kind=reason.kind,
            name=reason.name,
            local_name=reason.local_name,
            display_name=shown.text,
            display_language=shown.language,
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
    def of(cls, calendar: BusinessCalendar, day: datetime.date, display: Display) -> "DayAnswer":
        """From the domain. Raises DateOutOfCoverage."""
        reasons = ((reason.calendar or calendar.id, reason) for reason in calendar.reasons(day))
        return cls(
            calendar=calendar.id,
            date=day,
            is_business_day=calendar.is_business_day(day),
            data_version=DATA_VERSION,
            certainty=certainty_between(day, day, calendar),
            notes=notes_of(calendar, day),
            reasons=[
                ReasonBody.of(id_, reason, display.name_of(id_, reason, day.year))
                for id_, reason in reasons
            ],
        )


@blueprint.get("/calendars/<calendar_id>/days/<date>")
@documented(query=DayQuery, answers=DayAnswer, problems=(404, 422))
@cached_in_languages(kept)
def show_day(display: Display, calendar_id: str, date: str) -> bytes:
    """Say whether a day is a business day, with every reason.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage 422.
    """
    query = parse_query(DayQuery)
    day = parse_path_date("date", date)
    calendar = query.calendar_of(calendar_id)
    return DayAnswer.of(calendar, day, display).to_json()
