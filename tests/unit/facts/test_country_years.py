"""All holidays of a country in a year: one row each, with the regions it is for."""

import threading
from datetime import date

import pytest

from app.domain.errors import DateOutOfCoverage
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.country_years import CountryHoliday, CountryYears
from app.facts.recorder import record

CATALOGUE = Catalogue()
YEARS = CountryYears(CATALOGUE)


def country(code: str) -> CatalogueEntry:
    entry = CATALOGUE.find(code)
    assert entry is not None
    return entry


def holidays(code: str, year: int) -> tuple[CountryHoliday, ...]:
    return YEARS.holidays(country(code), year)


def rows(code: str, year: int, name: str) -> list[CountryHoliday]:
    return [holiday for holiday in holidays(code, year) if holiday.name == name]


def test_a_holiday_and_its_substitute_are_one_row() -> None:
    (christmas,) = rows("GB", 2022, "Christmas Day")
    assert (christmas.date, christmas.observed_date) == (date(2022, 12, 25), date(2022, 12, 27))


def test_a_substitute_in_the_old_year_is_with_its_holiday_in_the_new_one() -> None:
    national, *_ = rows("US", 2022, "New Year's Day")
    assert (national.date, national.observed_date) == (date(2022, 1, 1), date(2021, 12, 31))
    assert all(row.date.year == 2021 for row in holidays("US", 2021))


def test_a_substitute_in_the_new_year_is_with_its_holiday_in_the_old_one() -> None:
    (new_years_eve,) = rows("TH", 2022, "New Year's Eve")
    assert new_years_eve.date == date(2022, 12, 31)
    assert new_years_eve.observed_date == date(2023, 1, 3)
    assert all(row.date.year == 2023 for row in holidays("TH", 2023))


def test_a_working_day_that_is_off_never_hides_behind_its_substitute() -> None:
    festival = rows("CN", 2020, "Mid-Autumn Festival")  # on a Thursday, with a day besides
    assert [row.observed_date for row in festival] == [date(2020, 10, 1), date(2020, 10, 6)]


def test_a_regional_holiday_names_its_regions() -> None:
    (easter_monday,) = rows("GB", 2026, "Easter Monday")
    assert not easter_monday.is_nationwide
    assert easter_monday.subdivisions == ("GB-ENG", "GB-NIR", "GB-WLS")
    assert easter_monday.is_for("GB-ENG")
    assert not easter_monday.is_for("GB-SCT")
    assert not easter_monday.is_for(None)


def test_what_one_region_drops_is_not_nationwide() -> None:
    columbus_day = next(r for r in rows("US", 2026, "Columbus Day") if "public" in r.categories)
    assert not columbus_day.is_nationwide
    assert "US-NY" in columbus_day.subdivisions
    assert "US-CA" not in columbus_day.subdivisions


def test_a_day_that_a_region_calls_by_a_name_of_its_own_stays_nationwide() -> None:
    kings_day, *_ = rows("US", 2026, "Martin Luther King Jr. Day")
    assert kings_day.is_nationwide
    (alabamas,) = rows("US", 2026, "Martin Luther King, Jr & Robert E. Lee's Birthday")
    assert alabamas.subdivisions == ("US-AL",)


def test_a_region_that_takes_no_substitute_has_a_row_of_its_own() -> None:
    public = [r for r in rows("US", 2026, "Independence Day") if "public" in r.categories]
    national, massachusetts = public
    assert (national.is_nationwide, national.observed_date) == (True, date(2026, 7, 3))
    assert massachusetts.subdivisions == ("US-MA",)
    assert massachusetts.observed_date == date(2026, 7, 4)


def test_a_day_moved_to_the_eve_of_another_holiday_is_no_substitute_of_that() -> None:
    for year, eve in ((2022, date(2022, 12, 23)), (2026, date(2026, 12, 24))):
        moved = [r for r in rows("US", year, "Washington's Birthday") if r.date.month == 12]
        assert [(r.observed_date, r.subdivisions) for r in moved] == [(eve, ("US-GA", "US-IN"))]


def test_regions_that_only_the_library_knows_are_left_out() -> None:
    codes = {code for row in holidays("DE", 2026) for code in row.subdivisions}
    assert "DE-BY" in codes
    assert not any("Augsburg" in code for code in codes)
    assert rows("DE", 2026, "Augsburg High Peace Festival") == []


def test_one_name_on_one_day_can_be_two_rows_with_different_regions() -> None:
    good_fridays = rows("US", 2026, "Good Friday")
    assert [(row.is_nationwide, row.categories) for row in good_fridays] == [
        (True, ("unofficial",)),
        (False, ("public",)),
    ]


def test_names_are_local_and_english() -> None:
    (new_year,) = rows("JP", 2026, "New Year's Day")
    assert new_year.local_name == "元日"


def test_names_say_nothing_of_how_sure_or_how_observed() -> None:
    for code in ("TR", "EG", "US", "GB", "MY"):
        for row in holidays(code, 2027):
            for name in (row.name, row.local_name):
                assert "estimated" not in name
                assert "observed" not in name
                assert name == name.strip()


def test_rows_are_by_actual_date_and_nationwide_ones_first() -> None:
    listed = holidays("US", 2026)
    assert list(listed) == sorted(listed, key=lambda r: (r.date, not r.is_nationwide, r.name))


@pytest.mark.parametrize("code", ["AO", "AU", "CN", "GB", "JP", "MY", "NZ", "US", "ZA", "SE"])
def test_every_working_day_off_that_the_library_has_is_a_row(code: str) -> None:
    entry = country(code)
    for year in (2018, 2022, 2026):
        recorded, library_year = record(
            entry.library_class, year, subdivision=None, language="en_US", category="public"
        )
        off = {one.date for one in recorded if not library_year.is_weekend(one.date)}
        near = (row for y in (year - 1, year, year + 1) for row in holidays(code, y))
        assert off <= {row.observed_date for row in near}


def test_a_year_without_facts_is_refused_and_never_empty() -> None:
    for code, year in (("ES", 2007), ("LK", 2027), ("SE", 2101)):
        with pytest.raises(DateOutOfCoverage):
            holidays(code, year)


def test_country_years_kept_are_bounded() -> None:
    small = CountryYears(CATALOGUE, max_years=3)
    for year in range(2000, 2010):
        small.holidays(country("JP"), year)
    assert len(small._recent) == 3


def test_a_country_year_is_built_once() -> None:
    assert holidays("JP", 2026) is holidays("JP", 2026)


def test_threads_get_no_wrong_answer() -> None:
    years = range(2000, 2020)
    expected = {year: holidays("JP", year) for year in years}
    wrong: list[int] = []
    shared = CountryYears(CATALOGUE, max_years=10)  # fewer than are asked for

    def ask() -> None:
        wrong.extend(y for y in years if shared.holidays(country("JP"), y) != expected[y])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
