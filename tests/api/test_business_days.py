"""Every question about business days, over single, joint and market calendars, with other rules."""

from typing import Any

import pytest
from flask.testing import FlaskClient

Bearer = dict[str, str]


def get(client: FlaskClient, bearer: Bearer, path: str) -> Any:
    response = client.get(f"/api/v1/calendars/{path}", headers=bearer)
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize(
    ("path", "date", "skipped"),
    [
        ("SE/business-days/next?date=2026-06-18", "2026-06-22", 3),
        ("SE/business-days/previous?date=2026-06-22", "2026-06-18", 3),
        ("SE/business-days/subtract?start=2026-06-22&days=1", "2026-06-18", 3),
        ("SE/business-days/subtract?start=2026-06-18&days=-1", "2026-06-22", 3),
        ("SE/business-days/add?start=2026-06-19&days=0", "2026-06-22", 3),
        ("SE/business-days/adjust?date=2026-06-19", "2026-06-22", 3),
        ("SE/business-days/adjust?date=2026-06-19&convention=preceding", "2026-06-18", 1),
        ("SE/business-days/adjust?date=2026-06-19&convention=nearest", "2026-06-18", 1),
        ("SE/business-days/adjust?date=2026-05-31&convention=modified_following", "2026-05-29", 2),
        ("SE/business-days/adjust?date=2026-06-19&convention=none", "2026-06-19", 0),
        ("SE/business-days/adjust?date=2026-06-18", "2026-06-18", 0),
    ],
)
def test_a_question_leads_to_its_date_and_tells_what_it_skipped(
    client: FlaskClient, bearer: Bearer, path: str, date: str, skipped: int
) -> None:
    answer = get(client, bearer, path)
    assert (answer["date"], len(answer["skipped"])) == (date, skipped)


def test_business_days_are_listed_as_they_are_counted(client: FlaskClient, bearer: Bearer) -> None:
    between = "from=2026-06-15&to=2026-06-22"
    listed = get(client, bearer, f"SE/business-days?{between}&include=both")
    assert listed["business_days"] == [
        "2026-06-15",
        "2026-06-16",
        "2026-06-17",
        "2026-06-18",
        "2026-06-22",
    ]
    counted = get(client, bearer, f"SE/business-days/count?{between}&include=both")
    assert counted["business_days"] == 5


def test_a_joint_calendar_is_open_when_all_of_its_members_are(
    client: FlaskClient, bearer: Bearer
) -> None:
    day = get(client, bearer, "se+NO+xlon/days/2026-05-14")
    assert day["calendar"] == "SE+NO+XLON"
    assert [(r["calendar"], r["name"]) for r in day["reasons"]] == [
        ("SE", "Ascension Day"),
        ("NO", "Ascension Day"),
    ]
    assert not day["is_business_day"]
    answer = get(client, bearer, "SE+NO+XLON/business-days/add?start=2026-05-13&days=2")
    assert answer["date"] == "2026-05-18"


def test_the_holidays_of_a_joint_calendar_say_whose_they_are(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "SE+NO/holidays?from=2026-05-01&to=2026-05-17")
    assert [(h["date"], h["calendar"]) for h in answer["holidays"]] == [
        ("2026-05-01", "SE"),
        ("2026-05-01", "NO"),
        ("2026-05-14", "SE"),
        ("2026-05-14", "NO"),
        ("2026-05-17", "NO"),
    ]


def test_a_member_named_twice_counts_once(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "SE+swe/days/2026-05-14")["calendar"] == "SE"


@pytest.mark.parametrize("calendar", ["SE+XX", "SE+", "+", "SE++NO"])
def test_a_joint_calendar_with_an_unknown_member_is_404(
    client: FlaskClient, bearer: Bearer, calendar: str
) -> None:
    response = client.get(f"/api/v1/calendars/{calendar}/days/2026-05-14", headers=bearer)
    assert response.status_code == 404


def test_a_joint_calendar_of_too_many_members_is_refused(
    client: FlaskClient, bearer: Bearer
) -> None:
    calendar = "+".join(["SE"] * 11)
    response = client.get(f"/api/v1/calendars/{calendar}/days/2026-05-14", headers=bearer)
    assert response.status_code == 422
    assert "10 members" in response.text


def test_a_market_is_a_calendar_with_early_closes(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "nyse")["kind"] == "market"
    day = get(client, bearer, "XNYS/days/2026-11-27")
    assert day["is_business_day"]
    assert [reason["kind"] for reason in day["reasons"]] == ["half_day"]


def test_calendars_are_found_by_kind_and_by_a_part_of_their_name(
    client: FlaskClient, bearer: Bearer
) -> None:
    def ids(query: str) -> list[str]:
        response = client.get(f"/api/v1/calendars?{query}", headers=bearer)
        assert response.json is not None
        return [calendar["id"] for calendar in response.json["calendars"]]

    assert len(ids("kind=market")) == 31
    assert ids("q=bayern") == ["DE-BY"]
    assert ids("q=new york&kind=market") == ["XNYS"]
    assert "BR-SP" in ids("q=sao paulo")
    assert ids("q=nothing at all") == []


def test_another_weekend_can_be_asked_for(client: FlaskClient, bearer: Bearer) -> None:
    query = "from=2026-06-08&to=2026-06-15"
    for weekend, expected in (("fri,sat", 5), ("sun", 6), ("none", 7)):
        path = f"SE/business-days/count?{query}&weekend={weekend}"
        assert get(client, bearer, path)["business_days"] == expected
    day = get(client, bearer, "SE/days/2026-06-12?weekend=fri,sat")
    assert [reason["name"] for reason in day["reasons"]] == ["Friday"]


def test_other_categories_can_be_asked_for(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "SE/days/2026-06-19?categories=public")["is_business_day"]
    assert not get(client, bearer, "SE/days/2026-06-19")["is_business_day"]
    calendar = get(client, bearer, "SE")
    assert calendar["categories"] == ["bank", "de_facto", "optional", "public"]
    assert calendar["closing_categories"] == ["public", "de_facto"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("weekend=caturday", "weekend"),
        ("weekend=", "weekend"),
        ("weekend=mon,tue,wed,thu,fri,sat,sun", "weekend"),
        ("categories=", "categories"),
        ("categories=school", "categories"),
        ("categories=public,,bank", "categories"),
        ("include=all", "include"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    client: FlaskClient, bearer: Bearer, query: str, field: str
) -> None:
    path = f"/api/v1/calendars/SE/business-days/count?from=2026-06-08&to=2026-06-15&{query}"
    response = client.get(path, headers=bearer)
    assert response.status_code == 400
    assert response.json is not None
    assert [error["field"] for error in response.json["errors"]] == [field]


def test_a_convention_that_is_none_is_refused_with_those_there_are(
    client: FlaskClient, bearer: Bearer
) -> None:
    path = "/api/v1/calendars/SE/business-days/adjust?date=2026-06-19&convention=sideways"
    response = client.get(path, headers=bearer)
    assert response.status_code == 400
    assert "modified_following" in response.text
