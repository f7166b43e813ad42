"""Which holidays are asked for: those of a year, of a range, or of a window that moves on."""

import datetime
from typing import ClassVar, Self

from pydantic import Field, model_validator

from app.api.clock import today
from app.api.formats.icalendar_feed import rolling_window
from app.api.parameters import Integer, IsoDate
from app.api.v1.display import LanguageQuery
from app.api.v1.lookup import check_range
from app.api.v1.rules import RulesQuery
from app.domain.calendar import BusinessCalendar
from app.domain.holiday import Observed

Period = tuple[datetime.date, datetime.date]
"""The first and the last date, both included."""


class HolidaysQuery(RulesQuery, LanguageQuery):
    """Either ``year``, or ``from`` and ``to``, both ends included."""

    needs_period: ClassVar[bool] = True

    year: Integer | None = Field(None, ge=1, le=9999, description="A year.", examples=[2026])
    from_: IsoDate | None = Field(
        None, alias="from", description="First date, with `to`.", examples=["2026-12-24"]
    )
    to: IsoDate | None = Field(
        None, description="Last date, included, with `from`.", examples=["2027-01-06"]
    )
    observed: Observed = Field(
        "both",
        description="`both`: a row a holiday that falls or is observed in the period; `actual`: "
        "a row a holiday that falls in it; `observed`: a row a day off in it.",
    )

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.year is not None and (self.from_ or self.to):
            raise ValueError("takes year, or from and to, not both")
        if bool(self.from_) != bool(self.to) or (self.needs_period and not self.has_period):
            raise ValueError("needs year, or from and to")
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("needs from not later than to")
        return self

    @property
    def has_period(self) -> bool:
        """True when the asker said which."""
        return self.year is not None or self.from_ is not None

    def period_of(self, calendar: BusinessCalendar) -> Period:
        """Return what is asked of ``calendar``. Raises QuestionTooLarge."""
        first = self.from_ or datetime.date(self.year or 1, 1, 1)
        last = self.to or datetime.date(self.year or 1, 12, 31)
        check_range(first, last)
        return first, last


class FeedQuery(HolidaysQuery):
    """As for a list; or neither, for the window that moves on."""

    needs_period: ClassVar[bool] = False

    def period_of(self, calendar: BusinessCalendar) -> Period:
        """Return what is asked of ``calendar``; the window is ours, so that no cap refuses it."""
        if self.has_period:
            return super().period_of(calendar)
        return rolling_window(today(), calendar)
