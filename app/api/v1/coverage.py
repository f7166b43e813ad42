"""What an answer could have been about: the dates a calendar has facts for."""

from datetime import date

from pydantic import Field

from app.api.bodies import Answer
from app.domain.calendar import BusinessCalendar


class Coverage(Answer):
    """The dates a calendar has facts for, both ends included."""

    from_: date = Field(alias="from")
    to: date

    @classmethod
    def of(cls, calendar: BusinessCalendar) -> "Coverage":
        """Of a joint calendar: what all of its members cover."""
        return cls(from_=calendar.first, to=calendar.last)
