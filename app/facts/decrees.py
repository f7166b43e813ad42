"""Where a government decrees the days off of each year, and how far the library holds its decrees.

There the rules alone do not make a calendar: a bridge day, or a Saturday worked for it, is known
when the decree is. The last year decreed is read from the library's own tables, so that a new
release of it moves it on. A country belongs here when its law leaves days of every year to its
government and the library has kept such days for nearly every year since 2015.

Source: the references of each class in holidays.countries, read 2026-11-21.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from app.facts.catalogue import CatalogueEntry


@dataclass(frozen=True, slots=True)
class Decree:
    """Who decrees what.

    known_to: the last year that is known to be decreed when the tables do not show it; 0 for none.
    """

    text: str
    known_to: int = 0


DECREES = {
    "AR": Decree("the executive sets up to three bridge days a year (Law 27,399, article 7)"),
    "AZ": Decree("the Cabinet of Ministers moves days of rest and dates Ramadan and Kurban Bayram"),
    "BY": Decree("the Council of Ministers moves working days to Saturdays"),
    "CN": Decree("the State Council announces the holidays and the weekends worked for them"),
    "GH": Decree("the Minister for the Interior declares further public holidays"),
    "HU": Decree("a decree sets bridge days and the Saturdays worked for them"),
    "ID": Decree("three ministers set the holidays and the collective leave by a joint decree"),
    "IN": Decree("the Union and each state notify their holidays"),
    "KG": Decree("the Cabinet of Ministers moves days of rest and adds days off"),
    "KZ": Decree("the Government moves days of rest"),
    "LV": Decree("the Cabinet of Ministers moves working days to Saturdays"),
    "MM": Decree("the Government announces the holidays and the weekends worked for them"),
    "PH": Decree("the President proclaims the special days, and moves holidays"),
    "PK": Decree("the Cabinet Division notifies the holidays"),
    "RU": Decree("the Government moves days of rest (Labour Code, article 112)"),
    "TH": Decree("the Cabinet adds bridge days"),
    # The library was checked with the work calendar of 2026, which moves no day.
    "TW": Decree(
        "the Directorate-General of Personnel Administration sets the work calendar", 2026
    ),
    # No table can show it: holidays come back with the end of martial law.
    "UA": Decree("holidays depend on whether martial law is prolonged", 2026),
    "UZ": Decree("the President adds days off and moves days of rest"),
    "VN": Decree("the Government swaps working days around the holidays"),
}
"""By the country of the library class: a market whose class is made from it follows it."""


def decree_of(entry: CatalogueEntry) -> Decree | None:
    """Return what is decreed each year for ``entry``; None where nothing is."""
    return _decree_of_class(entry.library_class)


def last_decreed_year(entry: CatalogueEntry) -> int | None:
    """Return the last year whose decree the facts hold; None where none is needed."""
    decree = decree_of(entry)
    if decree is None:
        return None
    return max(_last_year_of_tables(entry.library_class, entry.english), decree.known_to)


@cache
def _decree_of_class(library_class: Any) -> Decree | None:
    countries = (vars(parent).get("country") for parent in library_class.__mro__)
    return next((DECREES[country] for country in countries if country in DECREES), None)


@cache
def _last_year_of_tables(library_class: Any, language: str) -> int:
    """The last year with a special or a substituted day, in any category and subdivision.

    Tables of ``observed`` dates are left out: Azerbaijan's has a clash of holidays in 2072.
    """
    tables: dict[str, Any] = vars(library_class(language=language))
    years = (
        max(table)
        for name, table in tables.items()
        if name.startswith("special_") and name.endswith("_holidays") and table
    )
    return max(years, default=0)
