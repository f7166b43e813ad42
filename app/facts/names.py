"""Which calendars bear a name, as people type it: in either case, accents left out or not.

The sources are ISO 3166-1 and 3166-2 through pycountry, countries.json beside this file, and the
library's own names of subdivisions and markets. Nothing that was typed reaches any of these: it
is looked up in an index made of them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pycountry

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.countries import Countries

LONGEST_CODE = 3
"""A name of a subdivision that is no longer, in Latin letters, is a code below its country."""

LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""The letters that Unicode does not take apart into one of the alphabet and an accent."""

ACCENTS_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How German and the Nordic languages write without accents: "Baden-Wuerttemberg"."""

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc]")


def plain(text: str) -> str:
    """Return the words of ``text`` in lower case without accents, with one blank between them.

    Empty when there is no letter and no digit in it.
    """
    letters = APOSTROPHES.sub("", text.casefold())
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(char for char in decomposed if not unicodedata.combining(char))
        letters = letters.translate(LETTERS_WITHOUT_ACCENT)
    return " ".join(WORD.findall(letters))


class Names:
    """The calendars by their codes and names. Made once, then unchanged; that takes some 40 ms."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._countries = Countries(catalogue)
        self._others: dict[str, tuple[str, ...]] = {}
        self._search_texts: dict[str, str] = {}
        # Name without blanks -> the calendars that bear it, by id: a name can be of several.
        self._anywhere: dict[str, dict[str, CatalogueEntry]] = defaultdict(dict)
        self._below: dict[tuple[str, str], dict[str, CatalogueEntry]] = defaultdict(dict)
        for entry in catalogue:
            self._add(entry)

    def find(self, text: str) -> tuple[CatalogueEntry, ...]:
        """Return the calendars that ``text`` names, by id: none, one, or several it could mean.

        A code is nothing but a code: ``BY`` is Belarus. Then come the names below a country, as
        in ``DE-Bayern``, then those of all calendars.
        """
        if (entry := self._catalogue.find(text)) is not None:
            return (entry,)
        code, _, name = text.partition("-")
        country = self._catalogue.find(code)
        found = self._below.get((country.id, _key(plain(name)))) if country is not None else None
        found = found or self._anywhere.get(_key(plain(text))) or {}
        return tuple(found[id_] for id_ in sorted(found))

    def others(self, entry: CatalogueEntry) -> tuple[str, ...]:
        """Return the codes and names of a calendar besides its id and its display name."""
        return self._others[entry.id]

    def has(self, entry: CatalogueEntry, text: str) -> bool:
        """True when ``text`` is a part of the id, a code or a name of the calendar."""
        words = plain(text)
        return bool(words) and words in self._search_texts[entry.id]

    def _add(self, entry: CatalogueEntry) -> None:
        codes = self._catalogue.other_codes(entry)
        others = {plain(code): code for code in codes}
        texts = {plain(entry.id), *others}
        for name in (entry.name, *self._other_names(entry)):
            others.setdefault(plain(name), name)
            for spelling in map(plain, _spellings(name)):
                texts.add(spelling)
                key = _key(spelling)
                if entry.subdivision is not None:
                    self._below[entry.country, key][entry.id] = entry
                if entry.subdivision is None or name == entry.name or not _is_code(name):
                    self._anywhere[key][entry.id] = entry
        self._others[entry.id] = tuple(text for text in others.values() if text != entry.name)
        self._search_texts[entry.id] = "\n".join(sorted(texts))

    def _other_names(self, entry: CatalogueEntry) -> Iterator[str]:
        if entry.subdivision is not None:
            for alias, code in entry.library_class.subdivisions_aliases.items():
                if code == entry.subdivision:
                    yield alias
        elif entry.kind == "country":
            country = self._countries.of(entry.id)
            iso: Any = pycountry.countries.get(alpha_2=entry.id)
            yield from (country.common_name, country.official_name)
            if iso is not None:
                yield iso.name


def _key(words: str) -> str:
    return words.removeprefix("the ").replace(" ", "")


def _is_code(name: str) -> bool:
    return len(name) <= LONGEST_CODE and all(ord(char) < 0x250 for char in name)


def _spellings(name: str) -> Iterable[str]:
    """The ways to write one name that ISO 3166 writes in one: see the tests for each."""
    spellings = {name}
    for part in re.split(r"[\[\]]", name):  # "Wales [Cymru GB-CYM]"
        shortened = re.sub(r"\(.*?\)|\b[A-Z]{2}-[A-Z]{3}\b", " ", part).strip()  # "… (française)"
        first, comma, rest = shortened.partition(", ")
        if comma and " and " not in rest:  # turned around the comma, and no list
            spellings |= {first, f"{rest} {first}"}
        spellings.add(shortened)
    spelled_out = {spelling.casefold().translate(ACCENTS_SPELLED_OUT) for spelling in spellings}
    return sorted((spellings | spelled_out) - {""})
