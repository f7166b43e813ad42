"""Names, regions and neighbours: every country has its own, and each border has two sides."""

import json
from collections import Counter

import pytest

from app.facts.catalogue import Catalogue
from app.facts.countries import DATA, Countries

CATALOGUE = Catalogue()
COUNTRIES = Countries(CATALOGUE)
CODES = {entry.id for entry in CATALOGUE if entry.kind == "country"}
REGIONS = {"Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"}


def test_every_country_has_a_name_and_a_region() -> None:
    for code in CODES:
        country = COUNTRIES.of(code)
        assert country.code == code
        assert country.common_name
        assert country.official_name
        assert COUNTRIES.native_name(code)
        assert country.region in REGIONS


def test_every_border_has_two_sides() -> None:
    for code in CODES:
        for neighbour in COUNTRIES.of(code).borders:
            assert code in COUNTRIES.of(neighbour).borders, (code, neighbour)


def test_no_country_borders_itself_and_every_neighbour_is_known() -> None:
    for code in CODES:
        borders = COUNTRIES.of(code).borders
        assert code not in borders
        assert set(borders) <= CODES
        assert list(borders) == sorted(set(borders))


def test_the_file_names_every_country_in_one_region_and_every_border_once() -> None:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    listed = Counter(code for codes in data["regions"].values() for code in codes.split())
    assert listed == Counter(CODES)
    pairs = Counter(
        frozenset((code, neighbour))
        for code, neighbours in data["land_borders"].items()
        for neighbour in neighbours.split()
    )
    assert set(pairs.values()) == {1}
    assert {code for pair in pairs for code in pair} <= CODES
    assert {*data["common_names"], *data["official_names"]} <= CODES


@pytest.mark.parametrize(
    ("code", "borders"),
    [
        ("AU", ""),
        ("AT", "CH CZ DE HU IT LI SI SK"),
        ("GB", "IE"),
        ("LS", "ZA"),
        ("US", "CA MX"),
        ("XK", "AL ME MK RS"),
    ],
)
def test_neighbours_are_those_with_a_land_border(code: str, borders: str) -> None:
    assert COUNTRIES.of(code).borders == tuple(borders.split())


def test_countries_bear_names_people_use() -> None:
    names = {code: COUNTRIES.of(code).common_name for code in CODES}
    assert names["CD"] == "DR Congo"
    assert names["RU"] == "Russia"
    assert names["KR"] == "South Korea"
    assert not any("," in name for code, name in names.items() if code != "BQ" and code != "SH")


def test_official_names_are_the_long_ones() -> None:
    assert COUNTRIES.of("AU").official_name == "Commonwealth of Australia"
    assert COUNTRIES.of("SE").official_name == "Kingdom of Sweden"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("AT", "Österreich"),
        ("JP", "日本"),
        ("BO", "Bolivia"),
        ("IR", "ایران"),
        ("IE", "Ireland"),
        ("XK", "Kosovo"),
    ],
)
def test_native_names_are_in_the_language_of_the_calendar(code: str, name: str) -> None:
    assert COUNTRIES.native_name(code) == name


def test_native_names_do_not_follow_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "th")
    assert COUNTRIES.native_name("AT") == "Österreich"


def test_a_code_that_is_no_country_is_refused() -> None:
    with pytest.raises(KeyError):
        COUNTRIES.of("XX")
