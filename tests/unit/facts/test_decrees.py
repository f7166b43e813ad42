"""How sure a year is where a government decrees it, and what is said beside it."""

from datetime import date

from app.facts.almanac import Almanac
from app.facts.catalogue import CatalogueEntry
from app.facts.decrees import DECREES, last_decreed_year
from app.facts.notes import NOTES, notes_on
from app.facts.year_builder import FACTS_YEAR, certainty_of_year

ALMANAC = Almanac()


def entry_of(code: str) -> CatalogueEntry:
    entry = ALMANAC.catalogue.find(code)
    assert entry is not None
    return entry


def test_the_last_decreed_year_is_that_of_the_librarys_tables() -> None:
    for code in ("CN", "HU", "VN", "TH", "AR", "BY"):
        assert last_decreed_year(entry_of(code)) == 2026, code
    assert last_decreed_year(entry_of("RU")) == 2027
    assert last_decreed_year(entry_of("AZ")) == 2025  # and no day of its clash in 2072


def test_a_release_with_another_decree_moves_the_last_year_on() -> None:
    china = entry_of("CN")

    class NextChina(china.library_class):  # type: ignore[misc, name-defined]
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            self.special_public_holidays[2027] = ((1, 1, "元旦"),)

    later = CatalogueEntry("CN", "country", "China", "CN", None, NextChina)
    assert last_decreed_year(later) == 2027
    assert certainty_of_year(later, 2027) == "confirmed"
    assert certainty_of_year(later, 2028) == "awaiting_decree"


def test_every_decree_is_of_a_country_and_about_known_years() -> None:
    for code in DECREES:
        decreed = last_decreed_year(entry_of(code))
        assert decreed is not None
        assert FACTS_YEAR - 1 <= decreed <= FACTS_YEAR + 2, code


def test_subdivisions_and_exchanges_follow_their_country() -> None:
    assert last_decreed_year(entry_of("IN-MH")) == last_decreed_year(entry_of("IN"))
    for code in ("XSHG", "XTAI", "XBUE"):
        assert last_decreed_year(entry_of(code)) == 2026
    for code in ("SE", "US", "JP", "XNYS", "DE-BE"):
        assert last_decreed_year(entry_of(code)) is None


def test_the_moon_is_told_from_a_decree() -> None:
    days = list(ALMANAC.calendar(entry_of("PK")).year(2027).days_off())
    assert {day.certainty for day in days} == {"estimated", "awaiting_decree"}
    (pakistan_day,) = (day for day in days if day.name == "Pakistan Day")
    assert pakistan_day.certainty == "awaiting_decree"
    assert all(day.certainty == "estimated" for day in days if day.name == "Eid al-Fitr")


def test_a_year_that_is_decreed_is_confirmed_before_it_comes() -> None:
    certainties = {d.certainty for d in ALMANAC.calendar(entry_of("RU")).year(2027).days_off()}
    assert certainties == {"confirmed"}


def test_every_calendar_without_holidays_has_a_note_that_says_why() -> None:
    year = FACTS_YEAR
    for entry in ALMANAC.catalogue:
        if entry.kind != "subdivision":
            is_empty = not any(ALMANAC.calendar(entry).year(year).days_off())
            assert is_empty == (entry.country in NOTES), entry.id


def test_the_note_on_martial_law_begins_with_it() -> None:
    ukraine = entry_of("UA")
    assert list(notes_on(ukraine, date(2021, 12, 31))) == []
    assert [note.code for note in notes_on(ukraine, date(2026, 1, 1))] == ["martial_law"]
    assert any(ALMANAC.calendar(ukraine).year(2021).days_off())


def test_a_year_that_awaits_its_decree_has_a_note() -> None:
    assert list(notes_on(entry_of("CN"), date(2026, 12, 31))) == []
    (note,) = notes_on(entry_of("CN"), date(2027, 1, 1))
    assert note.code == "awaiting_decree"
    assert "up to 2026" in note.text
    assert list(notes_on(entry_of("SE"), date(2099, 1, 1))) == []
