"""Which language a reader is answered in: by what is preferred, and by what a calendar has."""

import re

import pytest

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.languages import NO_PREFERENCE, Preference, languages_for, languages_of

CATALOGUE = Catalogue()


def entry_of(code: str) -> CatalogueEntry:
    entry = CATALOGUE.find(code)
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("code", "range_", "languages"),
    [
        ("DE", "de", ("de",)),
        ("DE", "de-at", ("de",)),
        ("DE", "de-latn-at-1996", ("de",)),
        ("DE", "sv", ("en_US", "de")),
        ("PT", "pt-br", ("pt_PT",)),  # a regional sibling
        ("BR", "pt-pt", ("pt_BR",)),
        ("TW", "zh-hk", ("zh_TW",)),
        ("HK", "zh-tw", ("zh_HK",)),  # the sibling in the same script first
        ("HK", "zh-hant", ("zh_HK",)),
        ("HK", "zh-hans-sg", ("zh_CN", "zh_HK")),
        ("HK", "zh-mo", ("zh_HK",)),
        ("GB", "en", ("en_US", "en_GB")),  # as ``name``
        ("GB", "en-gb", ("en_GB",)),
        ("GB", "en-nz", ("en_GB",)),  # the calendar's own before the other sibling
        ("GB", "en-us", ("en_US", "en_GB")),
        ("HK", "en-hk", ("en_HK", "en_US", "zh_HK")),
        ("NO", "nb-no", ("no",)),
        ("PH", "tl", ("fil", "en_US", "en_PH")),
        ("IL", "iw", ("he",)),
        ("FR", "fr-x-mine", ("fr",)),
        ("US", "xx", ("en_US",)),
        ("BB", "de", ("en",)),  # in English only
    ],
)
def test_a_language_leads_to_itself_its_base_a_sibling_or_english(
    code: str, range_: str, languages: tuple[str, ...]
) -> None:
    assert languages_for(entry_of(code), Preference((range_,))) == languages


def test_whoever_has_no_preference_is_answered_in_english() -> None:
    for entry in CATALOGUE:
        assert languages_for(entry, NO_PREFERENCE)[0] == entry.english


def test_ranges_are_tried_in_order() -> None:
    found = languages_for(entry_of("CH"), Preference(("it", "uk", "fr")))
    assert found == ("it", "uk", "fr", "en_US", "de")


def test_what_is_refused_is_left_out_while_there_is_something_else() -> None:
    germany = entry_of("DE")
    assert languages_for(germany, Preference(refused=("en",))) == ("de",)
    assert languages_for(germany, Preference(refused=("en", "de"))) == ("en_US", "de")
    assert languages_for(germany, Preference(refused=("*",))) == ("en_US", "de")
    assert languages_for(germany, Preference(("uk",), ("*",))) == ("uk", "en_US", "de")
    assert languages_for(entry_of("HK"), Preference(("zh-tw",), ("zh-cn",)))[0] == "zh_HK"
    assert languages_for(entry_of("PT"), Preference(("pt-br",), ("pt",))) == ("en_US", "pt_PT")


def test_the_last_language_is_the_one_in_which_every_name_is_known() -> None:
    for entry in CATALOGUE:
        for tag in languages_of(entry):
            assert languages_for(entry, Preference((tag.lower(),)))[-1] == entry.local_language


def test_every_calendar_says_its_languages_as_tags_and_english_is_among_them() -> None:
    for entry in CATALOGUE:
        tags = languages_of(entry)
        assert all(re.fullmatch("[a-z]{2,3}(-[A-Z]{2})?", tag) for tag in tags)
        assert tags == tuple(sorted(set(tags)))
        assert {"en", "en-US"} & set(tags)
    assert languages_of(entry_of("DE-BY")) == ("de", "en-US", "th", "uk")
    assert languages_of(entry_of("BB")) == ("en",)
