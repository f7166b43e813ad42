"""From the codes, years and offsets in a path or a query to facts; and their refusals."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pycountry
from flask import current_app
from pydantic import ConfigDict, model_validator

from app.api.parameters import Query, invalid, parse_integer
from app.api.v1.lookup import almanac
from app.errors.problems import UnknownCalendar
from app.facts.catalogue import CatalogueEntry
from app.facts.countries import Countries
from app.facts.country_years import CountryHoliday, CountryYears

COUNTRIES = "fasti.countries"
COUNTRY_YEARS = "fasti.country_years"

ACROSS_NEW_YEAR = timedelta(days=7)  # How far a substitute day may lie from its holiday.


class NagerQuery(Query):
    """A query as ASP.NET reads it: names in any case, unknown ones ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def knows(cls, names: Iterable[str]) -> bool:
        """True when each of ``names`` is a parameter, in any case."""
        return {name.casefold() for name in names} <= cls._names().keys()

    @classmethod
    def minds(cls, name: str) -> bool:
        """True for a parameter: any other is ignored, however often it is given."""
        return cls.knows((name,))

    @model_validator(mode="before")
    @classmethod
    def _names_in_any_case(cls, given: dict[str, Any]) -> dict[str, Any]:
        known = cls._names()
        return {known.get(name.casefold(), name): value for name, value in given.items()}

    @classmethod
    def _names(cls) -> dict[str, str]:
        names = [field.alias or name for name, field in cls.model_fields.items()]
        return {name.casefold(): name for name in names}


def countries() -> Countries:
    """The countries of the current application."""
    found: Countries = current_app.extensions[COUNTRIES]
    return found


def country_of(code: str) -> CatalogueEntry:
    """Return the country of an ISO 3166-1 code, in either case. Raises UnknownCalendar."""
    entry = almanac().catalogue.find(code)
    if entry is None or entry.kind != "country":
        raise UnknownCalendar(
            "Unknown country code; GET /api/v3/AvailableCountries lists those there are."
        )
    return entry


def subdivision_of(country: CatalogueEntry, code: str) -> str:
    """Return the code of a subdivision of ``country`` in upper case. Raises UnknownCalendar.

    It need not have holidays of its own: any that ISO 3166-2 knows is taken.
    """
    entry = almanac().catalogue.find(code)
    if entry is not None and entry.kind == "subdivision" and entry.country == country.id:
        return entry.id
    subdivision = pycountry.subdivisions.get(code=code.upper())  # type: ignore[no-untyped-call]
    if subdivision is not None and subdivision.country_code == country.id:
        return code.upper()
    raise UnknownCalendar(
        f"Unknown subdivision code; one of {country.id} is needed, by ISO 3166-2."
    )


def holidays_of_year(country: CatalogueEntry, year: str) -> tuple[CountryHoliday, ...]:
    """Return the holidays of a year. Raises InvalidQuery when it is none, or has no facts."""
    number = read("year", year, parse_integer)
    first, last = country.first.year, country.last.year
    if not first <= number <= last:
        raise invalid({"year": f"must be one that {country.id} has facts for: {first} to {last}"})
    return _country_years().holidays(country, number)


def holidays_between(country: CatalogueEntry, first: date, last: date) -> Iterator[CountryHoliday]:
    """Yield the holidays of the years that those on ``first`` to ``last`` can be of.

    Whether on these dates they are observed or fall, so more than those; of the years with facts.
    """
    for year in range((first - ACROSS_NEW_YEAR).year, (last + ACROSS_NEW_YEAR).year + 1):
        if country.first.year <= year <= country.last.year:
            yield from _country_years().holidays(country, year)


def check_has_facts(country: CatalogueEntry, day: date) -> None:
    """Raises UnknownCalendar when there are none for ``day``: no answer would be true."""
    if not country.first <= day <= country.last:
        raise UnknownCalendar(f"There are no facts of {country.id} for {day.year}.")


def parse_offset(text: object) -> int:
    """Return hours ahead of UTC, -12 to 12. Raises ValueError."""
    return _within(text, -12, 12)


def parse_bridge_days(text: object) -> int:
    """Return how many bridge days may be taken, 0 to 31. Raises ValueError."""
    return _within(text, 0, 31)


def read(name: str, text: str, parse: Callable[[object], int]) -> int:
    """Return what ``parse`` reads in a part of the path. Raises InvalidQuery."""
    try:
        return parse(text)
    except ValueError as error:
        raise invalid({name: str(error)}) from error


def _within(text: object, at_least: int, at_most: int) -> int:
    number = parse_integer(text)
    if not at_least <= number <= at_most:
        raise ValueError(f"must be {at_least} to {at_most}")
    return number


def _country_years() -> CountryYears:
    found: CountryYears = current_app.extensions[COUNTRY_YEARS]
    return found
