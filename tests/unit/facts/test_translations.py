"""Whether a name is translated, told by the catalogues: of the library, and one that lacks some."""

import struct
from collections.abc import Iterator
from functools import partial
from gettext import translation
from pathlib import Path
from typing import Any

import pytest
from holidays.observed_holiday_base import SAT_SUN_TO_NEXT_MON, ObservedHolidayBase

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.display_names import DisplayName, DisplayNames
from app.facts.languages import Preference, languages_for
from app.facts.recorder import record
from app.facts.translations import NOT_TRANSLATED, catalogue, translated_texts

CATALOGUE = Catalogue()

SWEDISH = {
    "Neujahr": "Nyår",
    "Tag der Arbeit": "",  # left empty
    "Heiligabend": "Julafton",
    "%s (ab 14 Uhr)": "%s (från kl. 14)",
    "%s (Ersatztag)": "%s (klämdag)",
    "verlegt von %s": "flyttad från %s",
    "%d.%m.%Y": "%Y-%m-%d",
}


class Land(ObservedHolidayBase):
    """A country whose Swedish lacks the day of unity, and leaves the day of labour empty."""

    country = "ZZ"
    default_language = "de"
    supported_languages = ("de", "en_US", "sv")
    observed_label = "%s (Ersatztag)"
    substituted_label = "verlegt von %s"
    substituted_date_format = "%d.%m.%Y"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.has_substituted_holidays = True
        kwargs.setdefault("observed_rule", SAT_SUN_TO_NEXT_MON)
        super().__init__(*args, **kwargs)

    def _populate_public_holidays(self) -> None:
        from_two = "%s (ab 14 Uhr)"
        self._add_observed(self._add_holiday("Neujahr", 1, 1))
        self._add_holiday("Tag der Arbeit", 5, 1)
        self._add_observed(self._add_holiday("Tag der Einheit", 10, 3))
        self._add_holiday(self._format_holiday_name(from_two, "Heiligabend"), 12, 24)
        self._add_holiday(self._format_holiday_name(from_two, "Silvester"), 12, 31)
        label = self.tr(self.substituted_label)
        self._add_holiday(label % "02.01.2026", 1, 5)


def machine_object(texts: dict[str, str]) -> bytes:
    """The binary catalogue of gettext that holds ``texts``, with nothing but the two tables."""
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", **texts}
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts)]
    offset = 28 + 16 * len(pairs)
    tables: list[bytes] = []
    strings = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset + len(strings)))
            strings += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(tables) + strings


@pytest.fixture
def land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogueEntry]:
    """The calendar of Land, with its catalogues on the disk."""
    for language, texts in {"de": {}, "sv": SWEDISH, "en_US": {"Neujahr": "New Year"}}.items():
        place = tmp_path / language / "LC_MESSAGES" / "ZZ.mo"
        place.parent.mkdir(parents=True)
        place.write_bytes(machine_object(texts))

    def find(domain: str, localedir: str, **options: Any) -> Any:
        return translation(domain, localedir=str(tmp_path), **options)

    monkeypatch.setattr("holidays.holiday_base.translation", find)
    yield CatalogueEntry("ZZ", "country", "Land", "ZZ", None, Land)
    catalogue.cache_clear()


def test_a_name_that_a_catalogue_lacks_or_leaves_empty_is_told_from_one_it_has(
    land: CatalogueEntry,
) -> None:
    in_swedish = catalogue(Land, "sv").gettext
    assert in_swedish("Neujahr") == "Nyår"
    assert in_swedish("Tag der Arbeit") in NOT_TRANSLATED
    assert in_swedish("Tag der Einheit") in NOT_TRANSLATED
    assert Land(language="sv").tr("Tag der Einheit") == "Tag der Einheit"  # as if it were Swedish


def test_a_name_put_together_is_translated_when_all_of_its_parts_are(land: CatalogueEntry) -> None:
    texts = translated_texts(land, 2026, "public", "sv")
    assert texts["Heiligabend (ab 14 Uhr)"] == "Julafton (från kl. 14)"
    assert "Silvester (ab 14 Uhr)" not in texts
    assert "Tag der Einheit" not in texts
    assert texts["verlegt von 02.01.2026"] == "flyttad från 02.01.2026"


def test_a_substitute_is_translated_as_its_holiday_is(land: CatalogueEntry) -> None:
    substitutes, _ = record(Land, 2026, subdivision=None, language="de", category="public")
    assert [one.name for one in substitutes if one.substitute_for] == ["Tag der Einheit"]
    assert "Tag der Einheit" not in translated_texts(land, 2026, "public", "sv")
    assert translated_texts(land, 2028, "public", "sv")["Neujahr"] == "Nyår"


@pytest.mark.parametrize(
    ("local_name", "shown"),
    [
        ("Neujahr", DisplayName("Nyår", "sv")),
        ("Tag der Arbeit", DisplayName("Tag der Arbeit", "de")),
        ("Heiligabend (ab 14 Uhr)", DisplayName("Julafton (från kl. 14)", "sv")),
        ("Silvester (ab 14 Uhr)", DisplayName("Silvester (ab 14 Uhr)", "de")),
    ],
)
def test_each_name_says_which_language_it_fell_back_to(
    land: CatalogueEntry, local_name: str, shown: DisplayName
) -> None:
    languages = languages_for(land, Preference(("sv",)))
    assert DisplayNames().of(land, languages, local_name, ("public",), (2026,)) == shown


def test_what_one_language_lacks_the_next_one_is_asked_for(land: CatalogueEntry) -> None:
    names = DisplayNames()
    for ranges, expected in ((("en",), "en-US"), (("de",), "de"), (("en", "sv"), "en-US")):
        languages = languages_for(land, Preference(ranges))
        assert names.of(land, languages, "Neujahr", ("public",), (2026,)).language == expected
    languages = languages_for(land, Preference(("en", "sv")))
    shown = names.of(land, languages, "Heiligabend (ab 14 Uhr)", ("public",), (2026,))
    assert shown.language == "sv"


def entry_of(code: str) -> CatalogueEntry:
    entry = CATALOGUE.find(code)
    assert entry is not None
    return entry


def test_a_date_within_a_name_is_written_as_the_language_writes_it() -> None:
    local_name = "Brīvdiena (pārcelta no 17.01.2026)"
    texts = partial(translated_texts, entry_of("LV"), 2026, "public")
    assert texts("en_US")[local_name] == "Day off (substituted from 01/17/2026)"
    assert texts("uk")[local_name] == "Вихідний день (перенесено з 17.01.2026)"


def test_lists_of_names_kept_are_bounded() -> None:
    names = DisplayNames(max_lists=3)
    for year in range(2000, 2010):
        names.of(entry_of("KR"), ("en_US", "ko"), "설날 전날", ("public",), (year,))
    assert len(names._recent) == 3
