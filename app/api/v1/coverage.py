"""How far a calendar has facts, and how sure an answer is."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.api.bodies import Answer
from app.domain.calendar import BusinessCalendar
from app.domain.holiday import Certainty

AnswerCertainty = Annotated[
    Certainty, Field(description="That of the least certain date the answer rests on.")
]


class Coverage(Answer):
    """The dates a calendar has facts for, both ends included."""

    from_: date = Field(alias="from")
    to: date
    confirmed_to: date = Field(
        description="The last date of a year that is confirmed: what comes later is computed or "
        "awaits the decree of a government."
    )

    @classmethod
    def of(cls, calendar: BusinessCalendar) -> "Coverage":
        """Of a joint calendar: what all of its members cover."""
        return cls(from_=calendar.first, to=calendar.last, confirmed_to=calendar.confirmed_to)
