"""The holidays of a calendar as JSON says them, and as a table does."""

import datetime

from pydantic import Field

from app.api.bodies import Answer, description
from app.api.v1.coverage import AnswerCertainty, Coverage
from app.api.v1.display import Display
from app.api.v1.notes import NoteBody
from app.domain.calendar import BusinessCalendar
from app.domain.holiday import Certainty, Holiday, Observed


class HolidayBody(Answer):
    """One holiday."""

    calendar: str = description("Whose holiday it is, in a joint calendar.", "US")
    date: datetime.date = description(
        "The day it falls on; with `observed=observed` the day off.", "2026-07-04"
    )
    observed_date: datetime.date = description(
        "The day that is off for it: its substitute, or the day itself.", "2026-07-03"
    )
    name: str = description("In English.", "Independence Day")
    local_name: str = description("In the language of the calendar.", "Independence Day")
    display_name: str = description(
        "In the language asked for, or the next best.", "Independence Day"
    )
    display_language: str = description("BCP 47 tag of the language it really is in.", "en-US")
    categories: tuple[str, ...] = description("Why it closes business.", ["public"])
    certainty: Certainty = description(
        "`confirmed`; `computed` from a rule for a later year; `estimated`, as by the moon; "
        "`awaiting_decree` of a government.",
        "confirmed",
    )
    is_substitute: bool = description(
        "Whether `observed_date` is given in place of another day.", True
    )
    substitute_for: datetime.date | None = description(
        "That other day, on which the holiday falls; null when there is none.", "2026-07-04"
    )

    @classmethod
    def of(cls, calendar: BusinessCalendar, holiday: Holiday, display: Display) -> "HolidayBody":
        """From the domain."""
        years = holiday.date.year, holiday.observed_date.year
        shown = display.name_of(calendar.id, holiday, *dict.fromkeys(years))
        return cls(
            calendar=calendar.id,
            date=holiday.date,
            observed_date=holiday.observed_date,
            name=holiday.name,
            local_name=holiday.local_name,
            display_name=shown.text,
            display_language=shown.language,
            categories=holiday.categories,
            certainty=holiday.certainty,
            is_substitute=holiday.is_substitute,
            substitute_for=holiday.substitute_for,
        )


class HolidaysAnswer(Answer):
    """The holidays of a calendar, by date."""

    calendar: str = Field(examples=["US"])
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    observed: Observed
    coverage: Coverage
    certainty: AnswerCertainty
    notes: list[NoteBody]
    data_version: str
    holidays: list[HolidayBody]
