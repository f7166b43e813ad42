"""The whitelist of calendars: every id Fasti answers for, its names, its place in the tree.

Codes are looked up here and never handed to the library as they came: there a country is an
attribute of the module, so that ``HolidayBase`` or ``list_long_breaks`` would be found too.
"""

import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import pycountry
from holidays.mixins.child_entity import ChildEntity
from holidays.registry import COUNTRIES, FINANCIAL

CalendarKind = Literal["country", "subdivision", "market"]

NARROWER_YEARS = {"IN": (2001, 2035)}
"""Where the library knows less than it says: of India it warns that the Hindu holidays are missing
from every other year."""

NAMES_MISSING_FROM_ISO = {
    "XK": "Kosovo",  # in use, and not (yet) in ISO 3166-1
    # In use below a country, and not, not yet or no longer in the ISO 3166-2 that pycountry ships.
    "BQ-BON": "Bonaire",
    "BQ-SAB": "Saba",
    "BQ-STA": "Sint Eustatius",
    "IT-AO": "Aosta",
    "MO-I": "Ilhas",
    "MO-M": "Macau",
    "NO-31": "Østfold",
    "NO-32": "Akershus",
    "NO-33": "Buskerud",
    "NO-39": "Vestfold",
    "NO-40": "Telemark",
    "NO-55": "Troms",
    "NO-56": "Finnmark",
}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One calendar: its canonical id, what it is, and the library class that knows its rules.

    country: ISO 3166-1 alpha-2, empty for a market.
    subdivision: the library's code below the country, None for what is no subdivision.
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
    def categories(self) -> tuple[str, ...]:
        """Every category the library has days of, in the order of the alphabet."""
        return tuple(sorted(self.library_class.supported_categories))

    @property
    def local_language(self) -> str:
        """The language of ``local_name``: resolved here, never by the locale of the process."""
        return self.library_class.default_language or self.english

    @property
    def english(self) -> str:
        """The English the library has for this calendar: 36 countries are in English only."""
        return "en_US" if "en_US" in self.library_class.supported_languages else "en"


class Catalogue:
    """All calendars, found by any code that names them: ``DE-BY``, ``deu-by``, ``XNYS``."""

    def __init__(self) -> None:
        self._by_id: dict[str, CatalogueEntry] = {}
        self._aliases: dict[str, str] = {}  # lowered code of a country or market -> its id
        self._other_codes: dict[str, tuple[str, ...]] = {}  # id -> its codes besides
        self._below: dict[str, list[CatalogueEntry]] = defaultdict(list)
        for module, (class_name, code, *aliases) in COUNTRIES.items():
            self._add_country(code, _library_class("countries", module, class_name))
            self._add_aliases(code, aliases, longest=3)
        for module, (class_name, code, *aliases) in FINANCIAL.items():
            library_class = _library_class("financial", module, class_name)
            name = _words(class_name)
            self._add(CatalogueEntry(code, "market", name, "", None, library_class))
            self._add_aliases(code, aliases, longest=4)

    def _add_aliases(self, code: str, aliases: list[str], longest: int) -> None:
        """Longer ones are names of Python classes."""
        self._other_codes[code] = tuple(alias for alias in aliases if len(alias) <= longest)
        for alias in (code, *self._other_codes[code]):
            self._aliases[alias.lower()] = code

    def _add_country(self, code: str, library_class: Any) -> None:
        name = _country_name(code)
        self._add(CatalogueEntry(code, "country", name, code, None, library_class))
        for subdivision in library_class.subdivisions:
            id_ = f"{code}-{subdivision}"
            name = _subdivision_name(id_, subdivision)
            self._add(CatalogueEntry(id_, "subdivision", name, code, subdivision, library_class))

    def _add(self, entry: CatalogueEntry) -> None:
        self._by_id[entry.id.lower()] = entry
        if entry.subdivision is not None:
            self._below[entry.country].append(entry)

    def __iter__(self) -> Iterator[CatalogueEntry]:
        """All entries, each country before its subdivisions."""
        return iter(self._in_order)

    @cached_property
    def _in_order(self) -> list[CatalogueEntry]:
        return sorted(self._by_id.values(), key=lambda entry: entry.id)

    def find(self, code: str) -> CatalogueEntry | None:
        """Return the calendar that ``code`` names, in either case; None when there is none."""
        first, dash, subdivision = code.partition("-")
        # Letters of other alphabets become Latin ones in lower case: K is the Kelvin sign too.
        id_ = self._aliases.get(first.lower()) if first.isascii() else None
        if id_ is None:
            return None
        return self._by_id.get(f"{id_}{dash}{subdivision}".lower())

    def other_codes(self, entry: CatalogueEntry) -> tuple[str, ...]:
        """Return the codes by which ``find`` knows a country or a market besides its id."""
        return self._other_codes.get(entry.id, ())

    def subdivisions(self, entry: CatalogueEntry) -> tuple[CatalogueEntry, ...]:
        """Return the subdivisions of a country, by id; none of what is no country."""
        return tuple(sorted(self._below.get(entry.id, ()), key=lambda below: below.id))

    def parent(self, entry: CatalogueEntry) -> CatalogueEntry | None:
        """Return the country of a subdivision; None for what is no subdivision."""
        return None if entry.subdivision is None else self._by_id[entry.country.lower()]

    def related(self, entry: CatalogueEntry) -> tuple[CatalogueEntry, ...]:
        """Return the calendars of the same territory under other codes, either way.

        A territory can be a country in ISO 3166-1 and a subdivision in ISO 3166-2: ``PR`` and
        ``US-PR``, ``GP`` and ``FR-971``. The library says which; it makes one of the other.
        """
        return self._related.get(entry.id, ())

    @cached_property
    def _related(self) -> dict[str, tuple[CatalogueEntry, ...]]:
        found: dict[str, tuple[CatalogueEntry, ...]] = defaultdict(tuple)
        for entry in self:
            if entry.kind != "country" or not issubclass(entry.library_class, ChildEntity):
                continue
            parent = entry.library_class.parent_entity.country
            code = entry.library_class.parent_entity_subdivision_code or entry.id
            subdivision = self._by_id[f"{parent}-{code}".lower()]
            found[entry.id] += (subdivision,)
            found[subdivision.id] += (entry,)
        return dict(found)


def _library_class(kind: str, module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"holidays.{kind}.{module}"), name)


def _words(class_name: str) -> str:
    """ "NewYorkStockExchange" as people write it; an acronym stays one word."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name)
    return re.sub(r" (De|Of|Y) ", lambda word: word[0].lower(), spaced)


def _country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return NAMES_MISSING_FROM_ISO[code]
    return str(getattr(country, "common_name", country.name))


def _subdivision_name(id_: str, code: str) -> str:
    """The ISO 3166-2 name; the code of a region that only the library knows is its name."""
    subdivision = pycountry.subdivisions.get(code=id_)  # type: ignore[no-untyped-call]
    return NAMES_MISSING_FROM_ISO.get(id_, code) if subdivision is None else str(subdivision.name)
