"""GET /api/v4/Holidays, /Countries, /IotHolidays and /Versions"""

import datetime
from collections.abc import Iterable

from flask import Response
from pydantic import Field

from app.api.clock import today
from app.api.nager.answers import V4_SECONDS, facts, for_today, yes_or_no
from app.api.nager.blueprint import blueprint
from app.api.nager.bodies import (
    CountrySummaries,
    ListAnswer,
    NagerAnswer,
    VersionAnswer,
    described,
    version,
)
from app.api.nager.holiday_types import HolidayType, TypedHoliday, is_public, typed
from app.api.nager.lookup import (
    check_has_facts,
    countries,
    country_of,
    holidays_between,
    holidays_of_year,
    parse_offset,
    read,
    subdivision_of,
)
from app.api.nager.today import NEXT_YEAR, countries_of_this_year, is_off_today
from app.auth.guard import anonymous
from app.errors.problems import InvalidQuery, UnknownCalendar
from app.facts.catalogue import CatalogueEntry


class HolidayV4(NagerAnswer):
    """One holiday. ``date`` is the day it falls on."""

    date: datetime.date = Field(examples=["2026-07-04"])
    name: str = Field(description="In English.", examples=["Independence Day"])
    country_code: str = Field(examples=["US"])
    national_holiday: bool = Field(description="Whether it is for the whole country.")
    subdivision_codes: list[str] | None = Field(
        description="ISO 3166-2 codes; null when it is national."
    )
    holiday_types: tuple[HolidayType, ...]

    @classmethod
    def of(cls, country: CatalogueEntry, row: TypedHoliday) -> "HolidayV4":
        """From the facts."""
        holiday = row.holiday
        return cls(
            date=holiday.date,
            name=holiday.name,
            country_code=country.id,
            national_holiday=holiday.is_nationwide,
            subdivision_codes=None if holiday.is_nationwide else list(holiday.subdivisions),
            holiday_types=row.types,
        )


class HolidaysV4(ListAnswer[HolidayV4]):
    """Holidays, by date."""


class CountryV4(NagerAnswer):
    """A country, its names, its region, and the countries around it."""

    common_name: str = Field(examples=["Sweden"])
    native_name: str = Field(examples=["Sverige"])
    official_name: str = Field(examples=["Kingdom of Sweden"])
    country_code: str = Field(examples=["SE"])
    region: str = Field(examples=["Europe"])
    borders: "list[CountryV4] | None" = Field(
        description="Countries with a land border; null within a border."
    )

    @classmethod
    def of(cls, code: str, borders: "list[CountryV4] | None" = None) -> "CountryV4":
        """From the facts."""
        country = countries().of(code)
        return cls(
            common_name=country.common_name,
            native_name=countries().native_name(code),
            official_name=country.official_name,
            country_code=country.code,
            region=country.region,
            borders=borders,
        )


@blueprint.get("/v4/Holidays/<country_code>/<year>")
@anonymous
@described(answers=HolidaysV4, problems=(InvalidQuery, UnknownCalendar))
@facts(V4_SECONDS)
def holidays(country_code: str, year: str) -> bytes:
    """List the holidays of a country in any year with facts, of every type.

    Problems: invalid-query 400 (a year without facts among them), unknown-calendar 404.
    """
    country = country_of(country_code)
    return _listed(country, typed(holidays_of_year(country, year)))


@blueprint.get("/v4/Holidays/<country_code>/Next")
@anonymous
@described(answers=HolidaysV4, problems=(UnknownCalendar,), empty=(204,))
def next_holidays(country_code: str) -> Response:
    """List the public holidays of a country from today on, for 365 days. 204 when there are none.

    Problems: unknown-calendar 404.
    """
    country = country_of(country_code)
    day = today()
    check_has_facts(country, day)
    found = [
        holiday
        for holiday in holidays_between(country, day, day + NEXT_YEAR)
        if is_public(holiday) and day <= holiday.date <= day + NEXT_YEAR
    ]
    body = _listed(country, typed(found)) if found else None
    return for_today(body, max_age_seconds=V4_SECONDS)


@blueprint.get("/v4/Countries/Available")
@anonymous
@described(answers=CountrySummaries)
def countries_available() -> Response:
    """List the countries that have holidays this year."""
    return for_today(countries_of_this_year().to_json(), max_age_seconds=V4_SECONDS)


@blueprint.get("/v4/Countries/<country_code>")
@anonymous
@described(answers=CountryV4, problems=(UnknownCalendar,))
@facts(V4_SECONDS)
def show_country(country_code: str) -> bytes:
    """Show a country, its region, and the countries around it.

    Problems: unknown-calendar 404.
    """
    code = country_of(country_code).id
    borders = [CountryV4.of(neighbour) for neighbour in countries().of(code).borders]
    return CountryV4.of(code, borders).to_json()


@blueprint.get("/v4/IotHolidays/<iso_code>/IsToday/<offset>")
@anonymous
@described(problems=(InvalidQuery, UnknownCalendar), empty=(200, 204))
def is_today(iso_code: str, offset: str) -> Response:
    """Say whether today is a public holiday: 200 for yes, 204 for no, both without a body.

    Problems: invalid-query 400, unknown-calendar 404.
    """
    hours = read("offset", offset, parse_offset)
    code, dash, _ = iso_code.partition("-")
    country = country_of(code)
    subdivision = subdivision_of(country, iso_code) if dash else None
    return yes_or_no(
        is_off_today(country, subdivision, hours), offset_hours=hours, max_age_seconds=V4_SECONDS
    )


@blueprint.get("/v4/Versions")
@anonymous
@described(answers=VersionAnswer)
@facts(V4_SECONDS)
def versions() -> bytes:
    """Name this service and its version."""
    return version()


def _listed(country: CatalogueEntry, rows: Iterable[TypedHoliday]) -> bytes:
    return HolidaysV4([HolidayV4.of(country, row) for row in rows]).to_json()
