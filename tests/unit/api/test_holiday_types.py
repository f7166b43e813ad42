"""The six types of Nager.Date: which category is which, and which row says nothing new."""

from datetime import date

import pytest

from app.api.nager.holiday_types import ORDER, TYPES, typed
from app.facts.catalogue import Catalogue
from app.facts.country_years import CountryHoliday, CountryYears

DAY = date(2026, 7, 3)


def holiday(
    *categories: str, name: str = "Feast", regions: tuple[str, ...] = (), day: date = DAY
) -> CountryHoliday:
    return CountryHoliday(day, day, name, name, not regions, regions, categories)


def types_of(*holidays: CountryHoliday) -> list[tuple[str, ...]]:
    return [row.types for row in typed(holidays)]


@pytest.mark.parametrize(
    ("category", "type_"),
    [
        ("public", "Public"),
        ("bank", "Bank"),
        ("school", "School"),
        ("government", "Authorities"),
        ("armed_forces", "Authorities"),
        ("optional", "Optional"),
        ("half_day", "Optional"),
        ("de_facto", "Optional"),
        ("unofficial", "Observance"),
        ("workday", "Observance"),
        ("catholic", "Optional"),
        ("hebrew", "Optional"),
        ("serbian", "Optional"),
    ],
)
def test_a_category_is_of_one_type(category: str, type_: str) -> None:
    assert types_of(holiday(category)) == [(type_,)]


def test_every_category_that_is_mapped_is_one_of_the_library() -> None:
    supported = {
        category for entry in Catalogue() for category in entry.library_class.supported_categories
    }
    assert set(TYPES) <= supported


def test_several_types_come_in_their_order() -> None:
    assert types_of(holiday("workday", "optional", "government", "school", "bank")) == [ORDER[1:]]


def test_a_public_holiday_is_public_and_nothing_else() -> None:
    assert types_of(holiday("public", "bank", "workday")) == [("Public",)]


def test_another_row_of_a_public_holiday_is_left_out() -> None:
    assert types_of(holiday("public"), holiday("government")) == [("Public",)]
    assert types_of(holiday("public"), holiday("unofficial", regions=("US-NY",))) == [("Public",)]


def test_what_is_public_in_some_regions_stays_what_it_is_elsewhere() -> None:
    somewhere = holiday("public", regions=("US-NY", "US-NJ"))
    assert types_of(somewhere, holiday("bank")) == [("Public",), ("Bank",)]
    assert types_of(somewhere, holiday("bank", regions=("US-CA",))) == [("Public",), ("Bank",)]
    assert types_of(somewhere, holiday("bank", regions=("US-NJ",))) == [("Public",)]


def test_a_bank_holiday_says_nothing_new_on_a_day_that_all_have_off() -> None:
    other = holiday("government", name="Birthday")
    assert types_of(holiday("public"), other) == [("Public",)]
    assert types_of(holiday("public", regions=("US-NY",)), other) == [("Public",), ("Authorities",)]


def test_a_custom_is_told_on_a_day_that_all_have_off() -> None:
    custom = holiday("unofficial", "bank", name="Groundhog Day")
    assert types_of(holiday("public"), custom) == [("Public",), ("Observance",)]


def test_a_school_break_is_left_out_and_a_school_holiday_is_not() -> None:
    summer = [holiday("school", name="Summer", day=date(2026, 7, n)) for n in range(1, 30)]
    teachers_day = holiday("school", name="Teachers' Day")
    assert types_of(*summer, teachers_day) == [("School",)]


def test_most_rows_of_the_world_are_plainly_public() -> None:
    catalogue = Catalogue()
    years = CountryYears(catalogue)
    found = [
        row.types
        for code in ("AU", "BE", "DE", "ES", "FR", "GB", "IT", "JP", "NL", "NZ")
        if (country := catalogue.find(code)) is not None
        for row in typed(years.holidays(country, 2026))
    ]
    assert found.count(("Public",)) > 0.8 * len(found)
