"""GET /api/v3/PublicHolidays, /IsTodayPublicHoliday, /NextPublicHolidays and the countries"""

import datetime
from collections.abc import Iterable
from typing import Annotated, Literal

from flask import Response
from pydantic import BeforeValidator, Field

from app.api.clock import today
from app.api.nager.answers import facts, for_today, yes_or_no
from app.api.nager.blueprint import blueprint
from app.api.nager.bodies import (
    CountryInfo,
    CountrySummaries,
    ListAnswer,
    NagerAnswer,
    VersionAnswer,
    described,
    version,
)
from app.api.nager.holiday_types import HolidayType, TypedHoliday, typed
from app.api.nager.lookup import (
    NagerQuery,
    check_has_facts,
    countries,
    country_of,
    holidays_of_year,
    parse_offset,
    subdivision_of,
)
from app.api.nager.today import (
    NEXT_WEEK,
    NEXT_YEAR,
    countries_of_this_year,
    is_off_today,
    public_holidays_on,
)
from app.api.parameters import parse_query
from app.api.v1.lookup import almanac
from app.auth.guard import anonymous
from app.errors.problems import UnknownCalendar
from app.facts.catalogue import CatalogueEntry

WhichDate = Literal["observed", "actual"]


class HolidayV3(NagerAnswer):
    """One holiday. ``date`` is the day that is off for it; the list is by the day it falls on.

    With ``observed=actual`` ``date`` is the day it falls on as well.
    """

    date: datetime.date = Field(examples=["2026-07-03"])
    local_name: str = Field(examples=["Independence Day"])
    name: str = Field(description="In English.", examples=["Independence Day"])
    country_code: str = Field(examples=["US"])
    fixed: bool = Field(description="Always false, as in Nager.Date.", deprecated=True)
    global_: bool = Field(alias="global", description="Whether it is for the whole country.")
    counties: list[str] | None = Field(description="ISO 3166-2 codes; null when it is global.")
    launch_year: int | None = Field(description="Always null, as in Nager.Date.")
    types: tuple[HolidayType, ...]

    @classmethod
    def of(cls, country: CatalogueEntry, row: TypedHoliday, which: WhichDate) -> "HolidayV3":
        """From the facts."""
        holiday = row.holiday
        return cls(
            date=holiday.date if which == "actual" else holiday.observed_date,
            local_name=holiday.local_name,
            name=holiday.name,
            country_code=country.id,
            fixed=False,
            global_=holiday.is_nationwide,
            counties=None if holiday.is_nationwide else list(holiday.subdivisions),
            launch_year=None,
            types=row.types,
        )


class HolidaysV3(ListAnswer[HolidayV3]):
    """Holidays."""


class CountryInfoWithBorders(CountryInfo):
    """A country and those it has a land border with."""

    borders: list[CountryInfo]


class HolidaysV3Query(NagerQuery):
    """Which date of a holiday ``date`` is: ours, Nager.Date has no such parameter."""

    observed: WhichDate = Field(
        "observed", description="`actual`: `date` is the day it falls on, not the day off for it."
    )


class IsTodayQuery(NagerQuery):
    """Where, and in which time zone."""

    county_code: str | None = Field(
        None, alias="countyCode", description="ISO 3166-2.", examples=["DE-BY"]
    )
    offset: Annotated[int, BeforeValidator(parse_offset)] = Field(
        0, ge=-12, le=12, description="Hours ahead of UTC."
    )


@blueprint.get("/v3/PublicHolidays/<year>/<country_code>")
@anonymous
@described(query=HolidaysV3Query, answers=HolidaysV3, problems=(UnknownCalendar,))
@facts(query=HolidaysV3Query)
def public_holidays(year: str, country_code: str) -> bytes:
    """List the holidays of a country in a year: of every type, national and regional.

    Problems: invalid-query 400 (a year without facts among them), unknown-calendar 404.
    """
    query = parse_query(HolidaysV3Query)
    country = country_of(country_code)
    return _listed(country, typed(holidays_of_year(country, year)), query.observed).to_json()


@blueprint.get("/v3/IsTodayPublicHoliday/<country_code>")
@anonymous
@described(query=IsTodayQuery, problems=(UnknownCalendar,), empty=(200, 204))
def is_today_public_holiday(country_code: str) -> Response:
    """Say whether today is a public holiday: 200 for yes, 204 for no, both without a body.

    A regional holiday counts where ``countyCode`` names its region.
    Problems: invalid-query 400, unknown-calendar 404.
    """
    query = parse_query(IsTodayQuery)
    country = country_of(country_code)
    county = subdivision_of(country, query.county_code) if query.county_code else None
    return yes_or_no(is_off_today(country, county, query.offset), offset_hours=query.offset)


@blueprint.get("/v3/NextPublicHolidays/<country_code>")
@anonymous
@described(query=HolidaysV3Query, answers=HolidaysV3, problems=(UnknownCalendar,), empty=(204,))
def next_public_holidays(country_code: str) -> Response:
    """List the public holidays of a country from today on, for a year. 204 when there are none.

    Those whose ``date``, observed or actual, lies there. Problems: invalid-query 400,
    unknown-calendar 404.
    """
    which = parse_query(HolidaysV3Query).observed
    country = country_of(country_code)
    day = today()
    check_has_facts(country, day)
    found = public_holidays_on(country, day, day + NEXT_YEAR, is_actual=which == "actual")
    return for_today(_listed(country, typed(found), which).to_json() if found else None)


@blueprint.get("/v3/NextPublicHolidaysWorldwide")
@anonymous
@described(query=HolidaysV3Query, answers=HolidaysV3, empty=(204,))
def next_public_holidays_worldwide() -> Response:
    """List the public holidays of all countries from today on, for a week, by date.

    Problems: invalid-query 400.
    """
    which = parse_query(HolidaysV3Query).observed
    day = today()
    found = [
        HolidayV3.of(country, row, which)
        for country in almanac().catalogue
        if country.kind == "country"
        for row in typed(
            public_holidays_on(country, day, day + NEXT_WEEK, is_actual=which == "actual")
        )
    ]
    found.sort(key=lambda holiday: (holiday.date, holiday.country_code))
    return for_today(HolidaysV3(found).to_json() if found else None)


@blueprint.get("/v3/AvailableCountries")
@anonymous
@described(answers=CountrySummaries)
def available_countries() -> Response:
    """List the countries that have holidays this year."""
    return for_today(countries_of_this_year().to_json())


@blueprint.get("/v3/CountryInfo/<country_code>")
@anonymous
@described(answers=CountryInfoWithBorders, problems=(UnknownCalendar,))
@facts()
def country_info(country_code: str) -> bytes:
    """Show a country, its region, and the countries around it.

    Problems: unknown-calendar 404.
    """
    code = country_of(country_code).id
    borders = [CountryInfo.of(neighbour) for neighbour in countries().of(code).borders]
    return CountryInfoWithBorders(**CountryInfo.of(code).model_dump(), borders=borders).to_json()


@blueprint.get("/v3/Version")
@anonymous
@described(answers=VersionAnswer)
@facts()
def version_v3() -> bytes:
    """Name this service and its version."""
    return version()


def _listed(country: CatalogueEntry, rows: Iterable[TypedHoliday], which: WhichDate) -> HolidaysV3:
    return HolidaysV3([HolidayV3.of(country, row, which) for row in rows])
