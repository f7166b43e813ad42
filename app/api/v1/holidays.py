"""GET /api/v1/calendars/{id}/holidays"""

import datetime
from typing import Self

from pydantic import Field, model_validator

from app.api.bodies import Answer, description
from app.api.documented import documented
from app.api.parameters import Integer, IsoDate, Query, parse_query
from app.api.v1 import blueprint
from app.api.v1.lookup import almanac, calendar_of, check_range
from app.cache.answers import cached
from app.domain.holiday import Certainty, Holiday
from app.facts.almanac import DATA_VERSION


class HolidaysQuery(Query):
    """Either ``year``, or ``from`` and ``to``, both ends included."""

    year: Integer | None = Field(None, ge=1, le=9999, description="A year.", examples=[2026])
    from_: IsoDate | None = Field(None, alias="from", description="First date, with `to`.")
    to: IsoDate | None = Field(None, description="Last date, included, with `from`.")

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.year is not None and (self.from_ or self.to):
            raise ValueError("takes year, or from and to, not both")
        if self.year is None and (self.from_ is None or self.to is None):
            raise ValueError("needs year, or from and to")
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("needs from not later than to")
        return self

    @property
    def first(self) -> datetime.date:
        """The first date asked for."""
        return self.from_ if self.from_ else datetime.date(self.year or 1, 1, 1)

    @property
    def last(self) -> datetime.date:
        """The last date asked for."""
        return self.to if self.to else datetime.date(self.year or 1, 12, 31)


class HolidayBody(Answer):
    """One holiday."""

    date: datetime.date = description("The day it falls on.", "2026-07-04")
    observed_date: datetime.date = description(
        "The day that is off for it: its substitute, or the day itself.", "2026-07-03"
    )
    name: str = description("In English.", "Independence Day")
    local_name: str = description("In the language of the calendar.", "Independence Day")
    categories: tuple[str, ...] = description("Why it closes business.", ["public"])
    certainty: Certainty = description(
        "`confirmed`; `computed` from a rule for a later year; `estimated`, as by the moon.",
        "confirmed",
    )

    @classmethod
    def of(cls, holiday: Holiday) -> "HolidayBody":
        """From the domain."""
        return cls(
            date=holiday.date,
            observed_date=holiday.observed_date,
            name=holiday.name,
            local_name=holiday.local_name,
            categories=holiday.categories,
            certainty=holiday.certainty,
        )


class HolidaysAnswer(Answer):
    """The holidays of a calendar, by date."""

    calendar: str = Field(examples=["US"])
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    data_version: str
    holidays: list[HolidayBody]


@blueprint.get("/calendars/<calendar_id>/holidays")
@documented(query=HolidaysQuery, answers=HolidaysAnswer, problems=(404, 422))
@cached
def list_holidays(calendar_id: str) -> bytes:
    """List the holidays whose day, or the day off for it, lies in a year or a range.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    query = parse_query(HolidaysQuery)
    calendar = calendar_of(calendar_id)
    check_range(query.first, query.last)
    found = almanac().holidays(calendar, query.first, query.last)
    return HolidaysAnswer(
        calendar=calendar.id,
        from_=query.first,
        to=query.last,
        data_version=DATA_VERSION,
        holidays=[HolidayBody.of(holiday) for holiday in found],
    ).to_json()
