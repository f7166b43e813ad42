"""Every calendar in every language it has, for one year: all that is shown, and in which language.

In the pinned library no catalogue lacks a name that its calendar has in 2026: so everything asked
for is answered in the language asked for. A new release may lack some; then they fall back.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date

import pytest
from holidays import country_holidays, financial_holidays

from app.domain.holiday import DayOff
from app.facts.almanac import Almanac
from app.facts.catalogue import CatalogueEntry
from app.facts.display_names import DisplayName
from app.facts.languages import NO_PREFERENCE, Preference, languages_for, languages_of, tag_of

YEAR = 2026
ALMANAC = Almanac()
WHOLE = [entry for entry in ALMANAC.catalogue if entry.kind != "subdivision"]
LABELS = ("observed_label", "observed_label_before", "estimated_label", "observed_estimated_label")


def family_of(whole: CatalogueEntry) -> Iterator[CatalogueEntry]:
    """A country with its subdivisions, or a market."""
    for entry in ALMANAC.catalogue:
        if entry.id == whole.id or (whole.country and entry.country == whole.country):
            yield entry


def days_of(entry: CatalogueEntry) -> list[DayOff]:
    if not entry.first.year <= YEAR <= entry.last.year:
        return []
    return list(ALMANAC.calendar(entry).year(YEAR).days_off())


def shown_in(entry: CatalogueEntry, preference: Preference, day: DayOff) -> DisplayName:
    languages = languages_for(entry, preference)
    names = ALMANAC.display_names
    return names.of(entry, languages, day.local_name, day.categories, (YEAR,))


def labels_of(entry: CatalogueEntry, language: str) -> list[str]:
    """What the library puts in brackets behind names that are observed or estimated."""
    library_object = entry.library_class(language=language)
    labels = (getattr(entry.library_class, name, "%s") for name in LABELS)
    texts = (library_object.tr(label).replace("%s", "").strip() for label in labels)
    return [text for text in texts if text.startswith(("(", "（"))]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda entry: entry.id)
def test_every_name_is_in_the_language_asked_for_and_clean(whole: CatalogueEntry) -> None:
    for tag in languages_of(whole):
        labels = labels_of(whole, tag.replace("-", "_"))
        for entry in family_of(whole):
            for day in days_of(entry):
                shown = shown_in(entry, Preference((tag.lower(),)), day)
                assert shown.language == tag
                assert shown.text == shown.text.strip() != ""
                assert not any(unicodedata.category(c) == "Cc" for c in shown.text)
                assert not any(label in shown.text for label in (*labels, "(estimated)"))
                if tag == tag_of(entry.local_language):
                    assert shown.text == day.local_name


@pytest.mark.parametrize("whole", WHOLE, ids=lambda entry: entry.id)
def test_every_name_is_what_the_library_says_in_that_language(whole: CatalogueEntry) -> None:
    ask = country_holidays if whole.kind == "country" else financial_holidays
    # The library gives out substitutes in the order of the alphabet, and translates some twice.
    public = [
        day
        for day in days_of(whole)
        if day.categories == ("public",) and day.substitute_for is None
    ]
    for tag in languages_of(whole):
        said = ask(whole.id, years=YEAR, expand=False, language=tag.replace("-", "_"))
        for day in public:
            assert shown_in(whole, Preference((tag.lower(),)), day).text in said[day.date]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda entry: entry.id)
def test_unasked_the_name_shown_is_the_english_one(whole: CatalogueEntry) -> None:
    for entry in family_of(whole):
        for day in days_of(entry):
            shown = shown_in(entry, NO_PREFERENCE, day)
            assert shown == DisplayName(day.name, tag_of(entry.english))


@pytest.mark.parametrize(
    ("code", "day", "pairs"),
    [
        (
            "MY-12",
            date(2026, 6, 2),
            {"Vesak Day": "Hari Wesak", "Pesta Kaamatan": "Pesta Kaamatan"},
        ),
        ("AZ", date(2026, 3, 25), {"Eid al-Fitr": "Ramazan bayrami"}),
    ],
)
def test_names_pair_up_where_a_date_has_several(
    code: str, day: date, pairs: dict[str, str]
) -> None:
    entry = ALMANAC.catalogue.find(code)
    assert entry is not None
    found = {off.name: off.local_name for off in days_of(entry) if off.date == day}
    assert found == pairs
