"""What is coming, where, and what day it is there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api import clock

Bearer = dict[str, str]
NOON = datetime(2026, 6, 19, 11, 30, tzinfo=UTC)  # Midsummer Eve in Sweden


@pytest.fixture(autouse=True)
def at_noon(app: Flask) -> None:
    app.extensions[clock.EXTENSION] = lambda: NOON


def get(client: FlaskClient, bearer: Bearer, path: str) -> Any:
    response = client.get(f"/api/v1/{path}", headers=bearer)
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("UTC", "2026-06-19"),
        ("Pacific/Auckland", "2026-06-19"),
        ("Pacific/Kiritimati", "2026-06-20"),  # UTC+14
        ("Pacific/Pago_Pago", "2026-06-19"),
    ],
)
def test_today_is_what_the_calendar_on_the_wall_says_there(
    client: FlaskClient, bearer: Bearer, zone: str, date: str
) -> None:
    answer = get(client, bearer, f"calendars/SE/days/today?tz={zone}")
    assert answer["date"] == date
    assert not answer["is_business_day"]


def test_an_answer_about_today_is_asked_for_again_each_time(
    client: FlaskClient, bearer: Bearer
) -> None:
    response = client.get("/api/v1/calendars/SE/days/today", headers=bearer)
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert response.headers["ETag"]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "UTC+2", "x" * 300])
def test_a_time_zone_that_is_none_is_refused(
    client: FlaskClient, bearer: Bearer, zone: str
) -> None:
    path = "/api/v1/calendars/SE/days/today"
    response = client.get(path, query_string={"tz": zone}, headers=bearer)
    assert response.status_code == 400
    assert response.json is not None
    assert [error["field"] for error in response.json["errors"]] == ["tz"]


def test_the_next_holidays_are_those_observed_after_today(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "calendars/SE/holidays/next?count=3")
    assert answer["after"] == "2026-06-19"
    dates = [holiday["date"] for holiday in answer["holidays"]]
    assert dates == ["2026-06-20", "2026-10-31", "2026-12-24"]
    later = get(client, bearer, "calendars/US/holidays/next?after=2026-07-02&count=1")
    assert later["holidays"][0]["observed_date"] == "2026-07-03"


def test_a_date_is_looked_for_in_every_country(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "holidays?date=2026-11-23")
    names = {day["calendar"]: day["name"] for day in answer["holidays"]}
    assert names["JP"] == "Labor Thanksgiving Day"
    assert "SE" not in names
    assert answer["not_covered"] == []


def test_a_calendar_that_does_not_cover_the_date_is_named_and_not_taken_for_open(
    client: FlaskClient, bearer: Bearer
) -> None:
    assert "LK" in get(client, bearer, "holidays?date=2027-01-01")["not_covered"]


def test_the_coming_week_lists_each_day_off_of_the_countries(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "holidays/upcoming?days=2")
    assert (answer["from"], answer["to"]) == ("2026-06-19", "2026-06-20")
    found = {(day["date"], day["calendar"]) for day in answer["holidays"]}
    assert {("2026-06-19", "SE"), ("2026-06-20", "SE"), ("2026-06-19", "US")} <= found
    dates = [day["date"] for day in answer["holidays"]]
    assert dates == sorted(dates)
    markets = get(client, bearer, "holidays/upcoming?days=2&kind=market")
    assert "XNYS" in {day["calendar"] for day in markets["holidays"]}


@pytest.mark.parametrize(
    "path",
    [
        "holidays",
        "holidays?date=2026-02-30",
        "holidays/upcoming?days=32",
        "calendars/SE/holidays/next?count=0",
    ],
)
def test_a_question_that_cannot_be_read_is_refused(
    client: FlaskClient, bearer: Bearer, path: str
) -> None:
    assert client.get(f"/api/v1/{path}", headers=bearer).status_code == 400


def test_long_weekends_are_ranked_by_what_a_day_of_leave_brings(
    client: FlaskClient, bearer: Bearer
) -> None:
    found = get(client, bearer, "calendars/AT/long-weekends?year=2026")["long_weekends"]
    leave = [len(weekend["bridge_days"]) for weekend in found]
    assert leave == sorted(leave)  # those that take none come first
    values = [w["days_per_leave_day"] for w in found if w["days_per_leave_day"]]
    assert values == sorted(values, reverse=True)
    new_year = next(weekend for weekend in found if weekend["start"] == "2026-01-01")
    assert (new_year["end"], new_year["bridge_days"]) == ("2026-01-04", ["2026-01-02"])


def test_a_long_weekend_across_new_year_is_in_both_years(
    client: FlaskClient, bearer: Bearer
) -> None:
    for year in (2026, 2027):
        path = f"calendars/SE/long-weekends?year={year}&bridge_days=0"
        found = get(client, bearer, path)["long_weekends"]
        assert ("2026-12-31", "2027-01-03") in {(w["start"], w["end"]) for w in found}


def test_a_trade_settles_when_both_markets_are_open(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "calendars/XNYS+XLON/settlement?trade_date=2026-12-23")
    assert answer["settlement_date"] == "2026-12-29"
    # A trade on a holiday counts from the next business day.
    answer = get(client, bearer, "calendars/XNYS/settlement?trade_date=2026-11-26&days=1")
    assert (answer["effective_date"], answer["settlement_date"]) == ("2026-11-27", "2026-11-30")
    assert [day["date"] for day in answer["skipped"]] == ["2026-11-26", "2026-11-28", "2026-11-29"]
