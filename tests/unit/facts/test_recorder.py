"""What the recorder reads is what the library says: every calendar, date by date, name by name."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from holidays import country_holidays, financial_holidays
from holidays.constants import HOLIDAY_NAME_DELIMITER

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.recorder import Entry, record, weekend_days

YEARS = (2022, 2026, 2027)
CATALOGUE = Catalogue()
COUNTRIES = [entry for entry in CATALOGUE if entry.kind == "country"]


def family_of(country: CatalogueEntry) -> Iterator[CatalogueEntry]:
    return (entry for entry in CATALOGUE if entry.country == country.country)


def recorded(entry: CatalogueEntry, year: int, language: str) -> list[Entry]:
    entries, _ = record(
        entry.library_class,
        year,
        subdivision=entry.subdivision,
        language=language,
        category="public",
    )
    return entries


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda entry: entry.id)
def test_recorded_dates_and_names_are_those_of_the_library(country: CatalogueEntry) -> None:
    for entry in family_of(country):
        for year in YEARS:
            said = country_holidays(
                entry.country,
                subdiv=entry.subdivision,
                years=year,
                expand=False,
                language=entry.english,
            )
            entries = recorded(entry, year, entry.english)
            assert {e.date for e in entries} == set(said)
            for day, text in said.items():
                names = [e.name for e in entries if e.date == day]
                assert len(names) == len(text.split(HOLIDAY_NAME_DELIMITER))
                # A label around a name goes, the name stays.
                assert all(name in text for name in names), (entry.id, day, text, names)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda entry: entry.id)
def test_recorded_weekends_are_those_of_the_library(country: CatalogueEntry) -> None:
    for entry in family_of(country):
        _, library_year = record(
            entry.library_class,
            2022,
            subdivision=entry.subdivision,
            language=entry.english,
            category="public",
        )
        days = [date(2022, 1, 1) + timedelta(n) for n in range(365)]
        said = {day for day in days if library_year.is_weekend(day)}
        assert weekend_days(library_year, 2022) == said, entry.id


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda entry: entry.id)
def test_the_same_is_recorded_in_every_language_it_is_read_in(country: CatalogueEntry) -> None:
    for entry in family_of(country):
        for year in YEARS:
            english, local = (
                [
                    (e.date, e.is_estimated, e.substitute_for)
                    for e in recorded(entry, year, language)
                ]
                for language in (entry.english, entry.local_language)
            )
            assert english == local, (entry.id, year)


MARKETS = [entry for entry in CATALOGUE if entry.kind == "market"]


@pytest.mark.parametrize("market", MARKETS, ids=lambda entry: entry.id)
def test_recorded_dates_of_a_market_are_those_of_the_library(market: CatalogueEntry) -> None:
    for year in YEARS:
        said = financial_holidays(market.id, years=year, expand=False, language=market.english)
        english, local = (
            recorded(market, year, language) for language in (market.english, market.local_language)
        )
        assert {entry.date for entry in english} == set(said)
        assert [entry.date for entry in english] == [entry.date for entry in local]


def entry_on(code: str, day: date) -> Entry:
    entry = CATALOGUE.find(code)
    assert entry is not None
    return next(e for e in recorded(entry, day.year, entry.english) if e.date == day)


def test_a_substitute_by_rule_knows_the_day_it_stands_for() -> None:
    assert entry_on("US", date(2026, 7, 3)).substitute_for == date(2026, 7, 4)
    assert entry_on("US", date(2026, 7, 3)).name == "Independence Day"


def test_a_substitute_over_new_year_knows_the_day_it_stands_for() -> None:
    assert entry_on("US", date(2004, 12, 31)).substitute_for == date(2005, 1, 1)


def test_a_substitute_with_a_name_of_its_own_knows_the_day_it_stands_for() -> None:
    assert entry_on("JP", date(2025, 11, 24)).substitute_for == date(2025, 11, 23)


def test_a_decreed_substitute_knows_the_nearest_day_of_its_name() -> None:
    assert entry_on("RU", date(2021, 5, 3)).substitute_for == date(2021, 5, 1)


def test_an_estimated_date_is_told_apart_and_its_name_is_clean() -> None:
    entry = CATALOGUE.find("TR")
    assert entry is not None
    estimated = [e for e in recorded(entry, 2040, entry.english) if e.is_estimated]
    assert estimated
    assert not any("estimated" in e.name for e in estimated)


def test_the_lao_new_year_has_the_same_substitutes_in_every_process() -> None:
    """The library takes its days out of a set, and the hash of a date is another each time."""
    script = (
        "from app.facts.catalogue import Catalogue; from app.facts.year_builder import build_year\n"
        "year = build_year(Catalogue().find('LA'), 2029)\n"
        "print([(str(d.date), str(d.substitute_for)) for d in year.days_off() if d.substitute_for])"
    )
    outputs = {
        subprocess.run(  # noqa: S603 - this Python, our words
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(1, 5)
    }
    (only,) = outputs
    assert "('2029-04-17', '2029-04-14'), ('2029-04-18', '2029-04-15')" in only
