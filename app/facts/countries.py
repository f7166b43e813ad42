"""What a country is called, which region it lies in, and which countries it borders by land.

Names come from ISO 3166-1 through pycountry; region and borders from countries.json, whose sources
are in README.md beside it.
"""

import gettext
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pycountry

from app.facts.catalogue import Catalogue, CatalogueEntry

DATA = Path(__file__).with_name("countries.json")
COMMA = re.compile("[,،]")  # the second one is the Arabic comma


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its English names, region and neighbours.

    borders: ISO 3166-1 alpha-2 codes of the countries it has a land border with, sorted.
    """

    code: str
    common_name: str
    official_name: str
    region: str
    borders: tuple[str, ...]


class Countries:
    """The countries of the catalogue, found by alpha-2 code. Read on first use, then unchanged."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._entries = {entry.id: entry for entry in catalogue if entry.kind == "country"}

    def of(self, code: str) -> Country:
        """Return the country of an alpha-2 code. Raises KeyError when the catalogue has none."""
        return self._countries[code]

    def native_name(self, code: str) -> str:
        """What it calls itself in the language of its calendar; else its common name.

        As pycountry has it from the translations of the Debian project. The language is always
        named, and never that of the process. Raises KeyError.
        """
        common_name = self.of(code).common_name
        iso: Any = pycountry.countries.get(alpha_2=code)
        if iso is None:
            return common_name
        translations = gettext.translation(
            "iso3166-1",
            pycountry.LOCALES_DIR,
            languages=[self._entries[code].local_language],
            fallback=True,
        )
        for name in (getattr(iso, "common_name", iso.name), iso.name):
            if (translated := translations.gettext(name)) != name:
                # "Bolivia, Estado plurinacional de": turned around the comma, as in ISO 3166-1.
                is_turned = iso.name != common_name
                return COMMA.split(translated)[0] if is_turned else translated
        return common_name

    @cached_property
    def _countries(self) -> dict[str, Country]:
        data = json.loads(DATA.read_text(encoding="utf-8"))
        regions = {
            code: region for region, codes in data["regions"].items() for code in codes.split()
        }
        borders = _mutual(data["land_borders"])
        found = {}
        for code, entry in self._entries.items():
            common_name = data["common_names"].get(code, entry.name)
            official_name = data["official_names"].get(code) or _official_name(entry, common_name)
            neighbours = tuple(sorted(borders[code]))
            found[code] = Country(code, common_name, official_name, regions[code], neighbours)
        return found


def _mutual(listed: dict[str, str]) -> dict[str, set[str]]:
    """Both directions of borders of which each is listed once."""
    borders: dict[str, set[str]] = defaultdict(set)
    for code, neighbours in listed.items():
        for neighbour in neighbours.split():
            borders[code].add(neighbour)
            borders[neighbour].add(code)
    return borders


def _official_name(entry: CatalogueEntry, common_name: str) -> str:
    iso: Any = pycountry.countries.get(alpha_2=entry.id)
    return common_name if iso is None else str(getattr(iso, "official_name", iso.name))
