"""/api/v4 as a client of Nager.Date sees it, for every year and not for six."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.test_nager_v3 import set_clock

HOLIDAY_KEYS = [
    "date",
    "name",
    "countryCode",
    "nationalHoliday",
    "subdivisionCodes",
    "holidayTypes",
]
COUNTRY_KEYS = [
    "commonName",
    "nativeName",
    "officialName",
    "countryCode",
    "region",
    "borders",
]


def body(client: FlaskClient, path: str) -> Any:
    response = client.get(f"/api/v4/{path}")
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json; charset=utf-8"
    return json.loads(response.data)


def test_a_holiday_has_every_key_in_its_order(client: FlaskClient) -> None:
    rows = body(client, "Holidays/PT/2027")
    assert all(list(row) == HOLIDAY_KEYS for row in rows)
    assert {
        "date": "2027-03-26",
        "name": "Good Friday",
        "countryCode": "PT",
        "nationalHoliday": True,
        "subdivisionCodes": None,
        "holidayTypes": ["Public"],
    } in rows


def test_the_date_is_the_day_the_holiday_falls_on(client: FlaskClient) -> None:
    rows = body(client, "Holidays/US/2026")
    national = [r for r in rows if r["name"] == "Independence Day" and r["nationalHoliday"]]
    assert [row["date"] for row in national] == ["2026-07-04"]
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_a_regional_holiday_names_its_subdivisions(client: FlaskClient) -> None:
    rows = body(client, "Holidays/gb/2026")
    (easter_monday,) = [row for row in rows if row["name"] == "Easter Monday"]
    assert easter_monday["nationalHoliday"] is False
    assert easter_monday["subdivisionCodes"] == ["GB-ENG", "GB-NIR", "GB-WLS"]


@pytest.mark.parametrize("year", [1960, 2025, 2040, 2099])
def test_years_outside_the_next_five_are_served(client: FlaskClient, year: int) -> None:
    assert body(client, f"Holidays/SE/{year}")[0]["date"] == f"{year}-01-01"


def test_next_holidays_are_the_public_ones_of_365_days(app: Flask, client: FlaskClient) -> None:
    set_clock(app, "2026-07-04T12:00")
    rows = body(client, "Holidays/US/Next")
    assert (rows[0]["date"], rows[0]["name"]) == ("2026-07-04", "Independence Day")
    assert rows[-1]["date"] == "2027-07-04"
    assert all(row["holidayTypes"] == ["Public"] for row in rows)


def test_where_there_are_none_the_next_holidays_are_204(app: Flask, client: FlaskClient) -> None:
    set_clock(app, "2026-11-21T12:00")
    response = client.get("/api/v4/Holidays/UA/Next")
    assert (response.status_code, response.data) == (204, b"")


def test_available_countries_are_those_of_v3(app: Flask, client: FlaskClient) -> None:
    set_clock(app, "2026-06-01T12:00")
    assert body(client, "Countries/Available") == client.get("/api/v3/AvailableCountries").json


def test_a_country_comes_with_its_native_name_and_those_around_it(client: FlaskClient) -> None:
    austria = body(client, "Countries/AT")
    assert list(austria) == COUNTRY_KEYS
    assert austria["nativeName"] == "Österreich"
    assert [border["countryCode"] for border in austria["borders"]] == [
        "CH",
        "CZ",
        "DE",
        "HU",
        "IT",
        "LI",
        "SI",
        "SK",
    ]
    assert all(list(border) == COUNTRY_KEYS for border in austria["borders"])
    assert all(border["borders"] is None for border in austria["borders"])


@pytest.mark.parametrize(
    ("moment", "path", "status"),
    [
        ("2026-06-04T12:00", "DE/IsToday/0", 204),
        ("2026-06-04T12:00", "DE-BY/IsToday/0", 200),
        ("2026-06-04T12:00", "de-by/istoday/0", 200),
        ("2026-06-03T22:00", "DE-BY/IsToday/2", 200),
        ("2026-06-04T22:00", "DE-BY/IsToday/2", 204),
        ("2026-06-05T11:00", "DE-BY/IsToday/-12", 200),
    ],
)
def test_today_is_a_holiday_with_200_and_none_with_204_and_neither_has_a_body(
    app: Flask, client: FlaskClient, moment: str, path: str, status: int
) -> None:
    set_clock(app, moment)
    response = client.get(f"/api/v4/IotHolidays/{path}")
    assert (response.status_code, response.data) == (status, b"")


@pytest.mark.parametrize(
    ("path", "status", "fields"),
    [
        ("Holidays/US/abc", 400, ["year"]),
        ("Holidays/LK/2027", 400, ["year"]),
        ("IotHolidays/DE/IsToday/13", 400, ["offset"]),
        ("IotHolidays/DE/IsToday/x", 400, ["offset"]),
        ("Holidays/ZZ/2026", 404, []),
        ("Holidays/ZZ/Next", 404, []),
        ("Countries/ZZ", 404, []),
        ("IotHolidays/DE-XX/IsToday/0", 404, []),
        ("IotHolidays/ZZ/IsToday/0", 404, []),
    ],
)
def test_a_refusal_is_problem_details_with_errors_by_field(
    client: FlaskClient, path: str, status: int, fields: list[str]
) -> None:
    response = client.get(f"/api/v4/{path}")
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json; charset=utf-8"
    assert list(json.loads(response.data).get("errors", {})) == fields


@pytest.mark.parametrize("path", ["Holidays/US/2026", "Countries/AT", "Versions"])
def test_facts_are_kept_for_a_week(client: FlaskClient, path: str) -> None:
    response = client.get(f"/api/v4/{path}")
    assert response.headers["Cache-Control"] == "public,max-age=604800"


@pytest.mark.parametrize("path", ["IotHolidays/US/IsToday/0", "Holidays/US/Next"])
def test_an_answer_about_today_is_kept_no_longer_than_the_day(
    app: Flask, client: FlaskClient, path: str
) -> None:
    set_clock(app, "2026-07-03T23:00")
    response = client.get(f"/api/v4/{path}")
    assert response.headers["Cache-Control"] == "public,max-age=3600"


def test_the_version_names_this_service(client: FlaskClient) -> None:
    assert body(client, "Versions") == client.get("/api/v3/Version").json
