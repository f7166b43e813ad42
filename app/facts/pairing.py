"""The same holidays read in two languages, put side by side."""

from functools import partial
from typing import Any

from app.facts.catalogue import CatalogueEntry
from app.facts.recorder import Entry, record
from app.facts.translations import catalogue

NamedEntry = tuple[Entry, str]
"""What the library set, in English, and its name in the language of the calendar."""


def read(entry: CatalogueEntry, year: int, category: str) -> tuple[list[NamedEntry], Any]:
    """Return one category of one year, and the object of the library that holds it."""
    in_language = partial(
        record, entry.library_class, year, subdivision=entry.subdivision, category=category
    )
    english, library_year = in_language(language=entry.english)
    names = [one.name for one in english]
    if entry.local_language != entry.english:
        local, _ = in_language(language=entry.local_language)
        names = _local_names(entry, english, local)
    return list(zip(english, names, strict=True)), library_year


def _local_names(entry: CatalogueEntry, english: list[Entry], local: list[Entry]) -> list[str]:
    """The name in the language of the calendar of each of ``english``.

    Both lists are in the order of setting, which is the same in every language; but where a date
    has several holidays the library takes them, and gives out their substitutes, in the order of
    the alphabet. There the catalogue says which name is whose.
    """
    names = [other.name for _, other in zip(english, local, strict=True)]
    if len({one.date for one in english}) == len(english):
        return names
    to_english = catalogue(entry.library_class, entry.english).gettext
    by_english = {to_english(name): name for name in names}
    return [
        name if to_english(name) == one.name else by_english.get(one.name, name)
        for one, name in zip(english, names, strict=True)
    ]
