"""Calendars are found by code and by name, and say what is known of them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.facts.almanac import DATA_VERSION

Bearer = dict[str, str]


def get(client: FlaskClient, bearer: Bearer, path: str) -> Any:
    response = client.get(f"/api/v1/calendars{path}", headers=bearer)
    assert response.status_code == 200, response.text
    return response.json


def ids(client: FlaskClient, bearer: Bearer, query: str) -> list[str]:
    return [calendar["id"] for calendar in get(client, bearer, query)["calendars"]]


def test_a_subdivision_says_all_that_is_known_of_it(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/AT-3") == {
        "id": "AT-3",
        "kind": "subdivision",
        "name": "Niederösterreich",
        "country": "AT",
        "aliases": ["NÖ", "N"],
        "parent": {"id": "AT", "name": "Austria"},
        "subdivisions": [],
        "related": [],
        "members": [],
        "local_language": "de",
        "languages": ["de", "en-US", "th", "uk"],
        "coverage": {"from": "1934-01-01", "to": "2100-12-31", "confirmed_to": "2026-12-31"},
        "weekend": [
            {
                "from": "1934-01-01",
                "to": "2100-12-31",
                "days": ["sat", "sun"],
                "alternating_days": [],
            }
        ],
        "categories": ["bank", "protestant", "public"],
        "closing_categories": ["public"],
        "has_half_days": False,
        "notes": [],
        "data_version": DATA_VERSION,
    }


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("Sweden", "SE"),
        ("swe", "SE"),
        ("DE-Bayern", "DE-BY"),
        ("DEU-BY", "DE-BY"),
        ("BY", "BY"),
        ("AT-N%C3%96", "AT-3"),
        ("london%20stock%20exchange", "XLON"),
        ("nyse", "XNYS"),
    ],
)
def test_whatever_a_calendar_is_found_by_the_answer_has_its_id(
    client: FlaskClient, bearer: Bearer, path: str, id_: str
) -> None:
    assert get(client, bearer, f"/{path}")["id"] == id_
    assert get(client, bearer, f"/{path}/days/2026-06-19")["calendar"] == id_


@pytest.mark.parametrize("below", ["", "/days/2026-06-19", "/holidays?year=2026", "/subdivisions"])
def test_a_name_of_several_calendars_is_refused_with_all_of_them(
    client: FlaskClient, bearer: Bearer, below: str
) -> None:
    response = client.get(f"/api/v1/calendars/Georgia{below}", headers=bearer)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["type"] == "/problems/ambiguous-name"
    assert response.json["detail"] == "Ask by id for the one that is meant: GE, US-GA."
    assert response.json["candidates"] == [
        {"id": "GE", "kind": "country", "name": "Georgia"},
        {"id": "US-GA", "kind": "subdivision", "name": "Georgia"},
    ]


def test_a_name_can_be_a_member_of_a_joint_calendar(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/Sweden+NYSE/days/2026-06-19")["calendar"] == "SE+XNYS"
    assert client.get("/api/v1/calendars/SE+Georgia", headers=bearer).status_code == 404


@pytest.mark.parametrize("code", ["HolidayBase", "list_long_breaks", "DE-__class__", "Bayer"])
def test_what_names_no_calendar_is_404_on_every_page(
    client: FlaskClient, bearer: Bearer, code: str
) -> None:
    for below in ("", "/subdivisions"):
        response = client.get(f"/api/v1/calendars/{code}{below}", headers=bearer)
        assert response.status_code == 404
        assert response.json is not None
        assert response.json["type"] == "/problems/unknown-calendar"


def test_the_subdivisions_of_a_country_are_listed_with_their_names(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "/Austria/subdivisions")
    assert answer["calendar"] == "AT"
    assert len(answer["subdivisions"]) == 9
    assert {
        "id": "AT-3",
        "code": "3",
        "name": "Niederösterreich",
        "aliases": ["NÖ", "N"],
        "related": [],
    } in answer["subdivisions"]
    for none in ("SE", "AT-3", "XNYS"):
        assert get(client, bearer, f"/{none}/subdivisions")["subdivisions"] == []


def test_every_subdivision_is_listed_below_its_country(client: FlaskClient, bearer: Bearer) -> None:
    countries = ids(client, bearer, "?kind=country")
    listed = [
        subdivision["id"]
        for country in countries
        for subdivision in get(client, bearer, f"/{country}/subdivisions")["subdivisions"]
    ]
    assert listed == ids(client, bearer, "?kind=subdivision")
    assert len(listed) == 629


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=Bayern", ["DE-BY"]),
        ("?q=BY&country=DE", ["DE-BY"]),
        ("?q=by&country=Germany&kind=country", []),
        ("?kind=subdivision&country=BE", ["BE-Flemish", "BE-French", "BE-German"]),
        ("?country=bel", ["BE", "BE-Flemish", "BE-French", "BE-German"]),
        ("?country=Georgia", ["GE"]),  # There is one country of that name.
        ("?kind=market&country=DE", []),
        ("?q=NYSE", ["XNYS"]),
        ("?q=nowhere", []),
    ],
)
def test_calendars_are_found_by_country_kind_and_a_part_of_a_name(
    client: FlaskClient, bearer: Bearer, query: str, found: list[str]
) -> None:
    assert ids(client, bearer, query) == found


@pytest.mark.parametrize("country", ["XX", "DE-BY", "XNYS", "Congo", "HolidayBase"])
def test_a_country_that_is_none_is_400(client: FlaskClient, bearer: Bearer, country: str) -> None:
    response = client.get(f"/api/v1/calendars?country={country}", headers=bearer)
    assert response.status_code == 400
    assert response.json is not None
    assert [error["field"] for error in response.json["errors"]] == ["country"]


@pytest.mark.parametrize(
    ("country", "subdivision"),
    [("PR", "US-PR"), ("UM", "US-UM"), ("GP", "FR-971"), ("RE", "FR-974"), ("AX", "FI-01")],
)
def test_a_territory_with_two_codes_leads_from_one_to_the_other(
    client: FlaskClient, bearer: Bearer, country: str, subdivision: str
) -> None:
    (related,) = get(client, bearer, f"/{country}")["related"]
    assert related["id"] == subdivision
    (related,) = get(client, bearer, f"/{subdivision}")["related"]
    assert related["id"] == country


def test_a_weekend_that_changed_comes_by_its_dates(client: FlaskClient, bearer: Bearer) -> None:
    assert [
        (weekend["from"], weekend["to"], weekend["days"])
        for weekend in get(client, bearer, "/SA")["weekend"]
    ] == [
        ("1901-01-01", "2013-06-27", ["thu", "fri"]),
        ("2013-06-28", "2100-12-31", ["fri", "sat"]),
    ]
    assert get(client, bearer, "/TW")["weekend"][0]["alternating_days"] == ["sat"]


@pytest.mark.parametrize(
    ("id_", "languages"),
    [("CH", ["de", "en-US", "fr", "it", "th", "uk"]), ("DM", ["en"]), ("IFEU", ["en"])],
)
def test_languages_are_bcp_47(
    client: FlaskClient, bearer: Bearer, id_: str, languages: list[str]
) -> None:
    assert get(client, bearer, f"/{id_}")["languages"] == languages


def test_half_days_are_announced(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/XNYS")["has_half_days"] is True
    assert get(client, bearer, "/SE")["has_half_days"] is False


def test_a_joint_calendar_says_what_its_members_have_together(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "/se+SA+XLON+SWE")
    assert (answer["id"], answer["kind"]) == ("SE+SA+XLON", "joint")
    assert answer["name"] == "Sweden, Saudi Arabia, London Stock Exchange"
    assert answer["members"] == [
        {"id": "SE", "kind": "country", "name": "Sweden", "country": "SE"},
        {"id": "SA", "kind": "country", "name": "Saudi Arabia", "country": "SA"},
        {"id": "XLON", "kind": "market", "name": "London Stock Exchange", "country": None},
    ]
    members = [get(client, bearer, f"/{id_}") for id_ in ("SE", "SA", "XLON")]
    assert answer["coverage"] == {
        "from": max(member["coverage"]["from"] for member in members),
        "to": min(member["coverage"]["to"] for member in members),
        "confirmed_to": min(member["coverage"]["confirmed_to"] for member in members),
    }
    assert [weekend["days"] for weekend in answer["weekend"]] == [
        ["thu", "fri", "sat", "sun"],
        ["fri", "sat", "sun"],
    ]
    assert answer["weekend"][0]["from"] == answer["coverage"]["from"]
    assert answer["weekend"][-1]["to"] == answer["coverage"]["to"]
    assert answer["categories"] == ["public"]
    assert answer["closing_categories"] == ["public", "de_facto"]
    assert answer["languages"] == ["en-US"]
    assert answer["has_half_days"] is True
    assert answer["subdivisions"] == answer["related"] == []


def test_a_member_given_twice_is_one_calendar(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/SE+swe+Sweden") == get(client, bearer, "/SE")


def test_a_joint_calendar_of_too_many_is_422_and_names_the_cap(
    client: FlaskClient, bearer: Bearer
) -> None:
    response = client.get(f"/api/v1/calendars/{'+'.join(['SE'] * 11)}", headers=bearer)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["type"] == "/problems/question-too-large"
    assert "10 members" in response.json["detail"]
