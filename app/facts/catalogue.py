"""The whitelist of calendars: every id Fasti answers for, its names, its place in the tree.

Codes are looked up here and never handed to the library as they came: there a country is an
attribute of the module, so that ``HolidayBase`` or ``list_long_breaks`` would be found too.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import pycountry
from holidays.registry import COUNTRIES

CalendarKind = Literal["country", "subdivision"]

NARROWER_YEARS = {"IN": (2001, 2035)}
"""Where the library knows less than it says: of India it warns that the Hindu holidays are missing
from every other year."""

NAMES_MISSING_FROM_ISO = {"XK": "Kosovo"}  # In use, and not (yet) in ISO 3166-1.


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One calendar: its canonical id, what it is, and the library class that knows its rules.

    subdivision: the library's code below the country, None for the country itself.
    """

    id: str
    kind: CalendarKind
    name: str
    country: str
    subdivision: str | None
    library_class: Any

    @property
    def first(self) -> date:
        """The first date with facts."""
        return date(self._years[0], 1, 1)

    @property
    def last(self) -> date:
        """The last date with facts."""
        return date(self._years[1], 12, 31)

    @property
    def _years(self) -> tuple[int, int]:
        whole = (self.library_class.start_year, self.library_class.end_year)
        return NARROWER_YEARS.get(self.country, whole)

    @property
    def local_language(self) -> str:
        """The language of ``local_name``: resolved here, never by the locale of the process."""
        return self.library_class.default_language or self.english

    @property
    def english(self) -> str:
        """The English the library has for this calendar: 36 countries are in English only."""
        return "en_US" if "en_US" in self.library_class.supported_languages else "en"


class Catalogue:
    """All calendars, found by any code that names them: ``DE-BY``, ``de-by``, ``DEU-BY``."""

    def __init__(self) -> None:
        self._by_id: dict[str, CatalogueEntry] = {}
        self._country_codes: dict[str, str] = {}  # casefolded alpha-2, alpha-3, alias -> alpha-2
        for module, (class_name, code, *aliases) in COUNTRIES.items():
            library_class = getattr(
                importlib.import_module(f"holidays.countries.{module}"), class_name
            )
            for alias in (code, *aliases):
                if len(alias) <= 3:  # Longer ones are names of Python classes.
                    self._country_codes[alias.casefold()] = code
            self._add_country(code, library_class)

    def _add_country(self, code: str, library_class: Any) -> None:
        name = _country_name(code)
        self._add(CatalogueEntry(code, "country", name, code, None, library_class))
        for subdivision in library_class.subdivisions:
            id_ = f"{code}-{subdivision}"
            name = _subdivision_name(id_, subdivision)
            self._add(CatalogueEntry(id_, "subdivision", name, code, subdivision, library_class))

    def _add(self, entry: CatalogueEntry) -> None:
        self._by_id[entry.id.casefold()] = entry

    def __iter__(self) -> Iterator[CatalogueEntry]:
        """All entries, each country before its subdivisions."""
        return iter(self._in_order)

    @cached_property
    def _in_order(self) -> list[CatalogueEntry]:
        return sorted(self._by_id.values(), key=lambda entry: entry.id)

    def find(self, code: str) -> CatalogueEntry | None:
        """Return the calendar that ``code`` names, in either case, by alpha-2 or alpha-3."""
        country, dash, subdivision = code.casefold().partition("-")
        alpha_2 = self._country_codes.get(country)
        if alpha_2 is None:
            return None
        return self._by_id.get(f"{alpha_2.casefold()}{dash}{subdivision}")


def _country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return NAMES_MISSING_FROM_ISO[code]
    return str(getattr(country, "common_name", country.name))


def _subdivision_name(id_: str, code: str) -> str:
    """The ISO 3166-2 name; the code of a region that only the library knows is its name."""
    subdivision = pycountry.subdivisions.get(code=id_)  # type: ignore[no-untyped-call]
    return code if subdivision is None else str(subdivision.name)
