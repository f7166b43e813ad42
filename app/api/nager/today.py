"""Questions about today, which both versions answer."""

import datetime

from app.api.clock import today
from app.api.nager.bodies import CountrySummaries, CountrySummary
from app.api.nager.holiday_types import is_public
from app.api.nager.lookup import check_has_facts, countries, holidays_between
from app.api.v1.lookup import almanac
from app.facts.catalogue import CatalogueEntry
from app.facts.country_years import CountryHoliday

NEXT_YEAR = datetime.timedelta(days=365)
NEXT_WEEK = datetime.timedelta(days=7)


def public_holidays_on(
    country: CatalogueEntry, first: datetime.date, last: datetime.date, *, is_actual: bool = False
) -> list[CountryHoliday]:
    """The public holidays observed from ``first`` to ``last``, both included, by that date.

    is_actual: those that fall there, by the day they fall on.
    """

    def date_of(holiday: CountryHoliday) -> datetime.date:
        return holiday.date if is_actual else holiday.observed_date

    found = (
        holiday
        for holiday in holidays_between(country, first, last)
        if is_public(holiday) and first <= date_of(holiday) <= last
    )
    return sorted(found, key=date_of)


def is_off_today(country: CatalogueEntry, subdivision: str | None, offset_hours: int) -> bool:
    """True when a public holiday of the country, or of the subdivision, is observed today."""
    day = today(offset_hours)
    check_has_facts(country, day)
    return any(holiday.is_for(subdivision) for holiday in public_holidays_on(country, day, day))


def countries_of_this_year() -> CountrySummaries:
    """The countries that have any day off in the year that it is, by code."""
    year = today().year
    entries = (entry for entry in almanac().catalogue if entry.kind == "country")
    return CountrySummaries(
        [
            CountrySummary(country_code=entry.id, name=countries().of(entry.id).common_name)
            for entry in entries
            if entry.first.year <= year <= entry.last.year
            and any(almanac().calendar(entry).year(year).days_off())
        ]
    )
