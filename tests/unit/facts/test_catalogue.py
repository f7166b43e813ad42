"""Which ids name a calendar, and which do not."""

import holidays
import pytest
from holidays.registry import COUNTRIES, FINANCIAL

from app.facts.catalogue import Catalogue
from app.facts.year_builder import build_year

CATALOGUE = Catalogue()


def test_every_country_and_subdivision_of_the_library_is_there() -> None:
    expected = set()
    for country, subdivisions in holidays.list_supported_countries(include_aliases=False).items():
        expected |= {country, *(f"{country}-{subdivision}" for subdivision in subdivisions)}
    assert {entry.id for entry in CATALOGUE if entry.kind != "market"} == expected
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
        ("xnys", "XNYS"),
        ("NYSE", "XNYS"),
        ("br-são paulo capital", "BR-São Paulo Capital"),
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
        "XNYS-NY",
        "ICEFuturesEurope",
        "__class__",
        "ＳＥ",
        "ß",
        "ſe",
        "ﬁ",
        "\u212aR",  # Kelvin sign
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
    assert names["NO-31"] == "Østfold"
    assert not [id_ for id_, name in names.items() if name.isdigit() or len(name) < 3]
    assert names["XNYS"] == "New York Stock Exchange"
    assert names["XBOG"] == "Bolsa de Valores de Colombia"


def test_every_market_of_the_library_is_there() -> None:
    markets = [entry for entry in CATALOGUE if entry.kind == "market"]
    expected = holidays.list_supported_financial(include_aliases=False)
    assert {entry.id for entry in markets} == set(expected)
    assert len(markets) == 31


def test_no_code_names_two_calendars() -> None:
    codes = [code for _, *codes in (*COUNTRIES.values(), *FINANCIAL.values()) for code in codes]
    short = [code.casefold() for code in codes if len(code) <= 4]
    assert len(short) == len(set(short))


def test_a_territory_with_two_codes_of_its_own_is_related_both_ways() -> None:
    related = {entry.id: [other.id for other in CATALOGUE.related(entry)] for entry in CATALOGUE}
    pairs = {id_: others for id_, others in related.items() if others}
    assert all(id_ in pairs[other] for id_, others in pairs.items() for other in others)
    # ISO 3166: the code of an outlying part of the United States, or of a French collectivity.
    for suffix in ("AS", "GU", "MP", "PR", "UM", "VI"):
        assert pairs[suffix] == [f"US-{suffix}"]
    for suffix in ("BL", "MF", "NC", "PF", "PM", "TF", "WF"):
        assert pairs[suffix] == [f"FR-{suffix}"]
    assert pairs["FR-973"] == ["GF"]
    assert "US-GA" not in pairs  # GA is Gabon, Georgia is GE.
    assert len(pairs) == 2 * 20


def test_the_code_of_a_country_below_another_is_the_same_place_when_its_name_is() -> None:
    countries = {entry.id: entry for entry in CATALOGUE if entry.kind == "country"}
    for entry in CATALOGUE:
        same = countries.get(entry.subdivision or "")
        if same is not None and same.name == entry.name:
            assert CATALOGUE.related(entry) == (same,)


def test_related_calendars_have_the_same_holidays() -> None:
    for entry in CATALOGUE:
        for other in CATALOGUE.related(entry):
            for year in (2024, 2026):
                days, others = (
                    {(day.date, day.substitute_for) for day in build_year(one, year).days_off()}
                    for one in (entry, other)
                )
                assert days == others, (entry.id, other.id)


def test_a_subdivision_is_below_its_country() -> None:
    for entry in CATALOGUE:
        below = CATALOGUE.subdivisions(entry)
        assert [CATALOGUE.parent(other) for other in below] == [entry] * len(below)
        assert [other.id for other in below] == sorted(other.id for other in below)
        assert (CATALOGUE.parent(entry) is None) == (entry.kind != "subdivision")
