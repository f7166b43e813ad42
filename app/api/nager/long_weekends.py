"""GET /api/v3/LongWeekend/{year}/{countryCode}"""

import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from app.api.nager.answers import facts
from app.api.nager.blueprint import blueprint
from app.api.nager.bodies import ListAnswer, NagerAnswer, described
from app.api.nager.holiday_types import is_public
from app.api.nager.lookup import (
    NagerQuery,
    country_of,
    holidays_of_year,
    parse_bridge_days,
    subdivision_of,
)
from app.api.parameters import parse_query
from app.api.v1.lookup import almanac
from app.auth.guard import anonymous
from app.domain.calendar import BusinessCalendar
from app.domain.long_weekends import LongWeekend, find_long_weekends
from app.errors.problems import UnknownCalendar


class LongWeekendV3(NagerAnswer):
    """A run of days off, both ends included."""

    start_date: datetime.date
    end_date: datetime.date
    day_count: int
    need_bridge_day: bool
    bridge_days: tuple[datetime.date, ...] = Field(description="Working days to take off.")

    @classmethod
    def of(cls, weekend: LongWeekend) -> "LongWeekendV3":
        """From the domain."""
        return cls(
            start_date=weekend.start,
            end_date=weekend.end,
            day_count=weekend.day_count,
            need_bridge_day=bool(weekend.bridge_days),
            bridge_days=weekend.bridge_days,
        )


class LongWeekendsV3(ListAnswer[LongWeekendV3]):
    """Long weekends, in the order of their holidays."""


class LongWeekendQuery(NagerQuery):
    """How many bridge days may be taken, and where."""

    available_bridge_days: Annotated[int, BeforeValidator(parse_bridge_days)] = Field(
        1, alias="availableBridgeDays", ge=0, le=31, description="Bridge days for one weekend."
    )
    subdivision_code: str | None = Field(
        None, alias="subdivisionCode", description="ISO 3166-2.", examples=["DE-BY"]
    )
    subdivison_code: str | None = Field(
        None,
        alias="subdivisonCode",
        description="The same, as it was spelt once.",
        examples=["DE-BY"],
        json_schema_extra={"deprecated": True},
    )

    @property
    def subdivision(self) -> str | None:
        """The subdivision asked for, in whichever spelling."""
        return self.subdivision_code or self.subdivison_code or None


@blueprint.get("/v3/LongWeekend/<year>/<country_code>")
@anonymous
@described(query=LongWeekendQuery, answers=LongWeekendsV3, problems=(UnknownCalendar,))
@facts(query=LongWeekendQuery)
def long_weekend(year: str, country_code: str) -> bytes:
    """List the long weekends around the public holidays of a year.

    Nationwide holidays, and with ``subdivisionCode`` those of that region.
    Problems: invalid-query 400, unknown-calendar 404.
    """
    query = parse_query(LongWeekendQuery)
    country = country_of(country_code)
    region = subdivision_of(country, query.subdivision) if query.subdivision else None
    dates = [
        holiday.observed_date
        for holiday in holidays_of_year(country, year)
        if is_public(holiday) and holiday.is_for(region)
    ]
    calendar = almanac().calendar(country)
    found = find_long_weekends(
        dates, lambda day: _is_weekend(calendar, day), query.available_bridge_days
    )
    return LongWeekendsV3([LongWeekendV3.of(weekend) for weekend in found]).to_json()


def _is_weekend(calendar: BusinessCalendar, day: datetime.date) -> bool:
    """True for a weekend day that is not worked; what is not covered is taken for a working day."""
    if not calendar.first <= day <= calendar.last:
        return False
    return any(reason.kind == "weekend" for reason in calendar.reasons(day))
