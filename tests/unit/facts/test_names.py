"""Which calendars a name leads to: the one that bears it, or all of them, and never another."""

import re
import unicodedata
from pathlib import Path

import pycountry
import pytest
from holidays.registry import COUNTRIES, FINANCIAL

from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.names import Names, plain

ROOT = Path(__file__).parents[3]
CATALOGUE = Catalogue()
NAMES = Names(CATALOGUE)

COUNTRY_ENTRIES = [entry for entry in CATALOGUE if entry.kind == "country"]
SUBDIVISIONS = [entry for entry in CATALOGUE if entry.kind == "subdivision"]
MARKETS = [entry for entry in CATALOGUE if entry.kind == "market"]


def ids(text: str) -> list[str]:
    return [entry.id for entry in NAMES.find(text)]


def without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def aliases_of_the_library(entry: CatalogueEntry) -> list[str]:
    aliases = entry.library_class.subdivisions_aliases
    return [alias for alias, code in aliases.items() if code == entry.subdivision]


def test_every_calendar_is_found_by_its_id_in_either_case() -> None:
    assert len(list(CATALOGUE)) == 250 + 629 + 31
    for entry in CATALOGUE:
        assert ids(entry.id) == ids(entry.id.lower()) == [entry.id]


def test_every_country_and_what_is_below_it_is_found_by_alpha_3() -> None:
    alpha_3 = {code: codes[0] for _, code, *codes in COUNTRIES.values()}
    for entry in COUNTRY_ENTRIES:
        assert ids(alpha_3[entry.id]) == [entry.id]
    for entry in SUBDIVISIONS:
        assert ids(f"{alpha_3[entry.country]}-{entry.subdivision}") == [entry.id]


def test_every_calendar_is_among_those_of_its_display_name() -> None:
    for entry in CATALOGUE:
        for written in (entry.name, entry.name.upper(), entry.name.lower()):
            assert entry.id in ids(written)


def test_a_display_name_leads_to_no_calendar_with_another_name() -> None:
    for entry in CATALOGUE:
        for found in NAMES.find(entry.name):
            bears = {found.name, *NAMES.others(found)}
            words = plain(entry.name)
            assert any(plain(name).startswith(words) for name in bears), (entry.id, found.id)


def test_every_subdivision_is_found_below_its_country_by_all_its_names() -> None:
    count = 0
    for entry in SUBDIVISIONS:
        for name in (entry.name, *aliases_of_the_library(entry)):
            for written in (name, name.upper(), without_accents(name)):
                assert ids(f"{entry.country}-{written}") == [entry.id]
            count += 1
    assert count == 629 + 774


def test_an_alias_alone_leads_to_its_calendar_or_is_a_code_of_a_country() -> None:
    for entry in SUBDIVISIONS:
        for alias in aliases_of_the_library(entry):
            found = NAMES.find(alias)
            if found and entry not in found:
                assert found == (CATALOGUE.find(alias),)
                assert found[0].kind == "country"
                assert len(alias) <= 3


def test_a_bare_code_is_a_country_or_nothing() -> None:
    codes = {
        code
        for entry in SUBDIVISIONS
        for code in (entry.subdivision, *aliases_of_the_library(entry))
        if code is not None and code.isupper() and len(code) <= 3
        if plain(code) != plain(entry.name)  # "Nui" is a name, of an island with the code NUI.
    }
    assert len(codes) > 300
    for code in codes:
        assert all(entry.kind != "subdivision" for entry in NAMES.find(code)), code
    assert ids("BY") == ["BY"]


def test_every_country_is_found_by_the_names_of_iso_3166_1() -> None:
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            if name := getattr(country, attribute, None):
                assert country.alpha_2 in ids(name), name


def test_every_market_is_found_by_all_its_names() -> None:
    count = 0
    for class_name, mic, *aliases in FINANCIAL.values():
        for name in (mic, *aliases, class_name):
            assert ids(name) == ids(name.lower()) == [mic]
        count += len([code for code in (mic, *aliases) if len(code) <= 4])
    assert len(MARKETS) == 31
    assert count == 63


def test_the_markets_that_the_guide_calls_missing_are() -> None:
    guide = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    missing = re.findall(r"`([A-Z]{4})`", guide.split("Missing are", 1)[1].split("\n\n", 1)[0])
    assert len(missing) == 13
    for mic in missing:
        assert ids(mic) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sweden", ["SE"]),
        ("Bayern", ["DE-BY"]),
        ("DEU-bayern", ["DE-BY"]),
        ("UK-England", ["GB-ENG"]),
        ("DE-Baden-Wurttemberg", ["DE-BW"]),
        ("baden wuerttemberg", ["DE-BW"]),
        ("NO-Ostfold", ["NO-31"]),
        ("NO-oestfold", ["NO-31"]),
        ("AT-NÖ", ["AT-3"]),
        ("at-no", ["AT-3"]),
        ("NO", ["NO"]),
        ("Comunidad de Madrid", ["ES-MD"]),
        ("Catalunya", ["ES-CT"]),
        ("Cataluna", ["ES-CT"]),
        ("Cymru", ["GB-WLS"]),
        ("Guyane", ["FR-973"]),
        ("laquila", ["IT-AQ"]),
        ("AM-Kotayk", ["AM-KT"]),
        ("MO-海島市", ["MO-I"]),
        ("Mé-Zóchi", ["ST-06"]),
        ("me-zochi", ["ST-06"]),  # ME is Montenegro, which has nothing below it.
        ("Timor-Leste", ["TL"]),
        ("Vatican City", ["VA"]),
        ("the Netherlands", ["NL"]),
        ("New York Stock Exchange", ["XNYS"]),
        ("New York", ["US-NY"]),
        ("Bonaire", ["BQ-BON"]),  # "Bonaire, Sint Eustatius and Saba" is a list, not a turned name.
    ],
)
def test_a_name_is_found_as_people_type_it(text: str, found: list[str]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Georgia", ["GE", "US-GA"]),
        ("Puerto Rico", ["PR", "US-PR"]),
        ("Korea", ["KP", "KR"]),
        ("Congo", ["CD", "CG"]),
        ("Virgin Islands", ["US-VI", "VG", "VI"]),
        ("La Rioja", ["AR-F", "ES-RI"]),
    ],
)
def test_a_name_of_several_calendars_leads_to_all_of_them(text: str, found: list[str]) -> None:
    assert ids(text) == found
    assert ids(f"{found[0][:2]}-{text}") in ([], [found[0]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "---",
        "DE-",
        "DE--",
        "FR-Bayern",
        "XNYS-Bayern",
        "Bayer",
        "HolidayBase",
        "list_long_breaks",
        "__class__",
        "DE-__class__",
        "DE-subdivisions",
        "Bayern\x00x",
        "SE+NO",
    ],
)
def test_what_is_no_name_of_a_calendar_leads_nowhere(text: str) -> None:
    assert ids(text) == []


def test_the_other_names_of_a_calendar_are_without_its_own() -> None:
    named = {id_: CATALOGUE.find(id_) for id_ in ("GB", "AT-3", "ES-MD", "XJPX", "DE-BY")}
    others = {id_: NAMES.others(entry) for id_, entry in named.items() if entry is not None}
    assert others["GB"] == ("GBR", "UK", "United Kingdom of Great Britain and Northern Ireland")
    assert others["AT-3"] == ("NÖ", "N")
    assert others["ES-MD"] == ("Madrid",)
    assert others["XJPX"] == ("JPX", "TSE", "OSE")
    assert others["DE-BY"] == ()


def test_a_search_reads_ids_codes_and_names() -> None:
    def having(text: str) -> set[str]:
        return {entry.id for entry in CATALOGUE if NAMES.has(entry, text)}

    assert having("bayern") == {"DE-BY"}
    assert having("de-by") == having("de by") == {"DE-BY"}
    assert having("nyse") == {"XNYS"}
    assert "SE" in having("swe")
    assert having("wuerttem") == having("WÜRTTEM") == having("wurttem") == {"DE-BW"}
    assert having("-") == set()
