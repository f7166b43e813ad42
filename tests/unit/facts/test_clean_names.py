"""What is said about a date is data of its own: no name carries a label, in any language."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.facts.almanac import Almanac
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.recorder import record

YEARS = {
    "country": range(2024, 2029),
    "market": range(2024, 2029),
    "subdivision": range(2026, 2028),
}
CATALOGUE = Catalogue()
LABELLED = re.compile(r"\b(estimated|observed)\b", re.IGNORECASE)
LABELS = ("observed_label", "observed_label_before", "estimated_label", "observed_estimated_label")

WORDS_OF_NAMES = ("Lendemain de la", "Cuti")
"""Labels that are in the own names of some holidays: "Lendemain de la Tabaski"."""


def years_of(entry: CatalogueEntry) -> Iterator[int]:
    return (year for year in YEARS[entry.kind] if entry.first.year <= year <= entry.last.year)


def labels_of(library_class: Any, language: str) -> set[str]:
    """What the library puts around a name, in one language."""
    plain = library_class(language=language)
    labels = (getattr(plain, name, None) for name in LABELS)
    texts = {plain.tr(label).replace("%s", "").strip() for label in labels if label}
    return texts - {"", *WORDS_OF_NAMES}


@pytest.mark.parametrize("kind", ["country", "subdivision", "market"])
def test_the_names_of_every_calendar_are_clean(kind: str) -> None:
    almanac = Almanac(max_years=1)
    for entry in CATALOGUE:
        if entry.kind == kind:
            calendar = almanac.calendar(entry)
            for day in (day for year in years_of(entry) for day in calendar.year(year).days_off()):
                assert day.name.strip(), (entry.id, day)
                assert not LABELLED.search(f"{day.name} {day.local_name}"), (entry.id, day)


def test_every_language_says_the_same_in_clean_names() -> None:
    checked = 0
    for entry in CATALOGUE:
        if entry.kind == "subdivision":
            continue
        said: dict[int, list[tuple[date, bool, date | None]]] = {}
        for language in entry.library_class.supported_languages or (entry.english,):
            labels = labels_of(entry.library_class, language)
            for year in years_of(entry):
                entries, _ = record(
                    entry.library_class,
                    year,
                    subdivision=entry.subdivision,
                    language=language,
                    category="public",
                )
                facts = [(one.date, one.is_estimated, one.substitute_for) for one in entries]
                assert said.setdefault(year, facts) == facts, (entry.id, language, year)
                for one in entries:
                    found = [label for label in labels if label in one.name]
                    assert not found, (entry.id, language, one.name)
                    assert not LABELLED.search(one.name), (entry.id, language, one.name)
                checked += len(entries)
    assert checked > 20_000
