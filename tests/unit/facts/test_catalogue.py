"""Which ids name a calendar, and which do not."""

import holidays
import pytest

from app.facts.catalogue import Catalogue

CATALOGUE = Catalogue()


def test_every_country_and_subdivision_of_the_library_is_there() -> None:
    expected = set()
    for country, subdivisions in holidays.list_supported_countries(include_aliases=False).items():
        expected |= {country, *(f"{country}-{subdivision}" for subdivision in subdivisions)}
    assert {entry.id for entry in CATALOGUE} == expected
    assert len([e for e in CATALOGUE if e.kind == "country"]) == 250
    assert len([e for e in CATALOGUE if e.kind == "subdivision"]) == 629


@pytest.mark.parametrize(
    ("code", "id_"),
    [
        ("SE", "SE"),
        ("se", "SE"),
        ("SWE", "SE"),
        ("UK", "GB"),
        ("de-by", "DE-BY"),
        ("DEU-BY", "DE-BY"),
        ("ch-stadt zurich", "CH-Stadt Zurich"),
    ],
)
def test_a_calendar_is_found_by_any_code_of_it(code: str, id_: str) -> None:
    entry = CATALOGUE.find(code)
    assert entry is not None
    assert entry.id == id_


@pytest.mark.parametrize(
    "code",
    [
        "-",
        "X",
        "XX",
        "DE-",
        "-BY",
        "DE-XX",
        "DE-BY-BY",
        "HolidayBase",
        "Sweden",
        "XNYS",
        "__class__",
        "ＳＥ",
        "list_long_breaks",
    ],
)
def test_what_is_no_code_of_ours_is_no_calendar(code: str) -> None:
    assert CATALOGUE.find(code) is None


def test_calendars_bear_names_people_use() -> None:
    names = {entry.id: entry.name for entry in CATALOGUE}
    assert names["DE-BY"] == "Bayern"
    assert names["XK"] == "Kosovo"
    assert names["BO"] == "Bolivia"
    assert names["BE-Flemish"] == "Flemish"
