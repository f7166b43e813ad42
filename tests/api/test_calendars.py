"""The calendars, their holidays, their days, and the arithmetic, as a client sees them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.facts.almanac import DATA_VERSION

Bearer = dict[str, str]


def get(client: FlaskClient, bearer: Bearer, path: str) -> Any:
    response = client.get(f"/api/v1/calendars{path}", headers=bearer)
    assert response.status_code == 200, response.text
    return response.json


def problem(client: FlaskClient, bearer: Bearer, path: str) -> tuple[int, str]:
    response = client.get(f"/api/v1/calendars{path}", headers=bearer)
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == response.status_code
    return response.status_code, response.json["type"].removeprefix("/problems/")


def test_all_calendars_are_listed(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "")
    assert len(answer["calendars"]) == 250 + 629 + 31
    assert answer["data_version"] == DATA_VERSION
    assert {"id": "DE-BY", "kind": "subdivision", "name": "Bayern", "country": "DE"} in answer[
        "calendars"
    ]


def test_a_calendar_says_what_it_covers_and_what_is_below_it(
    client: FlaskClient, bearer: Bearer
) -> None:
    answer = get(client, bearer, "/es")
    assert answer["id"] == "ES"
    assert answer["coverage"] == {
        "from": "2008-01-01",
        "to": "2100-12-31",
        "confirmed_to": "2026-12-31",
    }
    assert {"id": "ES-CT", "name": "Catalunya [Cataluña]"} in answer["subdivisions"]
    assert get(client, bearer, "/ES-CT")["subdivisions"] == []


def test_a_day_off_comes_with_its_reason(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/SE/days/2026-06-19") == {
        "calendar": "SE",
        "date": "2026-06-19",
        "is_business_day": False,
        "data_version": DATA_VERSION,
        "certainty": "confirmed",
        "notes": [],
        "reasons": [
            {
                "calendar": "SE",
                "kind": "holiday",
                "name": "Midsummer Eve",
                "local_name": "Midsommarafton",
                "display_name": "Midsummer Eve",
                "display_language": "en-US",
                "categories": ["de_facto"],
                "certainty": "confirmed",
                "substitute_for": None,
            }
        ],
    }


def test_an_ordinary_day_has_no_reasons(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "/SE/days/2026-06-18")
    assert (answer["is_business_day"], answer["reasons"]) == (True, [])


def test_a_substitute_day_names_the_day_it_stands_for(client: FlaskClient, bearer: Bearer) -> None:
    (reason,) = get(client, bearer, "/US/days/2026-07-03")["reasons"]
    assert (reason["name"], reason["substitute_for"]) == ("Independence Day", "2026-07-04")


def test_holidays_tell_the_day_from_the_day_off(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "/US/holidays?year=2026")
    assert (answer["calendar"], answer["from"], answer["to"]) == ("US", "2026-01-01", "2026-12-31")
    assert {
        "calendar": "US",
        "date": "2026-07-04",
        "observed_date": "2026-07-03",
        "name": "Independence Day",
        "local_name": "Independence Day",
        "display_name": "Independence Day",
        "display_language": "en-US",
        "categories": ["public"],
        "certainty": "confirmed",
        "is_substitute": True,
        "substitute_for": "2026-07-04",
    } in answer["holidays"]
    assert answer["holidays"] == sorted(answer["holidays"], key=lambda holiday: holiday["date"])


def test_a_range_includes_both_of_its_ends(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "/DE/holidays?from=2026-12-25&to=2027-01-01")
    assert [h["date"] for h in answer["holidays"]] == ["2026-12-25", "2026-12-26", "2027-01-01"]


def test_corpus_christi_is_bavarian(client: FlaskClient, bearer: Bearer) -> None:
    names = [h["name"] for h in get(client, bearer, "/DE-BY/holidays?year=2027")["holidays"]]
    assert "Corpus Christi" in names
    names = [h["name"] for h in get(client, bearer, "/DE-BE/holidays?year=2027")["holidays"]]
    assert "Corpus Christi" not in names


def test_a_step_lists_what_it_skipped(client: FlaskClient, bearer: Bearer) -> None:
    assert get(client, bearer, "/SE/business-days/add?start=2026-06-18&days=1") == {
        "calendar": "SE",
        "start": "2026-06-18",
        "days": 1,
        "date": "2026-06-22",
        "data_version": DATA_VERSION,
        "certainty": "confirmed",
        "skipped": [
            {"date": "2026-06-19", "kind": "holiday", "name": "Midsummer Eve"},
            {"date": "2026-06-20", "kind": "weekend", "name": "Saturday"},
            {"date": "2026-06-21", "kind": "weekend", "name": "Sunday"},
        ],
        "worked_weekends": [],
    }


def test_a_count_takes_the_start_in_and_leaves_the_end_out(
    client: FlaskClient, bearer: Bearer
) -> None:
    assert get(client, bearer, "/SE/business-days/count?from=2026-06-18&to=2026-06-22") == {
        "calendar": "SE",
        "from": "2026-06-18",
        "to": "2026-06-22",
        "include": "start",
        "business_days": 1,
        "coverage": {"from": "1953-01-01", "to": "2100-12-31", "confirmed_to": "2026-12-31"},
        "certainty": "confirmed",
        "notes": [],
        "data_version": DATA_VERSION,
        "skipped": [
            {"date": "2026-06-19", "kind": "holiday", "name": "Midsummer Eve"},
            {"date": "2026-06-20", "kind": "weekend", "name": "Saturday"},
            {"date": "2026-06-21", "kind": "weekend", "name": "Sunday"},
        ],
        "worked_weekends": [],
    }


@pytest.mark.parametrize("code", ["SE", "se", "SWE", "swe"])
def test_any_code_of_a_calendar_answers_under_its_id(
    client: FlaskClient, bearer: Bearer, code: str
) -> None:
    assert get(client, bearer, f"/{code}/days/2026-06-19")["calendar"] == "SE"


@pytest.mark.parametrize(
    "path",
    [
        "/XX",
        "/XX/holidays?year=2026",
        "/XX/days/2026-01-01",
        "/HolidayBase/holidays?year=2026",
        "/list_long_breaks/days/2026-01-01",
        "/DE-XX/business-days/add?start=2026-01-01&days=1",
    ],
)
def test_an_unknown_calendar_is_404(client: FlaskClient, bearer: Bearer, path: str) -> None:
    assert problem(client, bearer, path) == (404, "unknown-calendar")


@pytest.mark.parametrize(
    "path",
    [
        "/SE/days/2200-01-01",
        "/SE/days/0001-01-01",
        "/SE/days/9999-12-31",
        "/ES/holidays?year=2007",
        "/LK/holidays?year=2027",
        "/SE/holidays?year=9999",
        "/SE/holidays?from=2100-12-31&to=2101-01-01",
        "/SE/business-days/add?start=9999-12-31&days=1",
        "/SE/business-days/add?start=2100-12-31&days=1",
        "/SE/business-days/count?from=2101-01-01&to=2101-01-02",
    ],
)
def test_what_is_not_covered_is_422_and_never_empty(
    client: FlaskClient, bearer: Bearer, path: str
) -> None:
    assert problem(client, bearer, path) == (422, "date-out-of-coverage")


@pytest.mark.parametrize(
    ("path", "cap"),
    [
        ("/SE/business-days/add?start=2026-01-01&days=10001", "FASTI_MAX_BUSINESS_DAYS"),
        ("/SE/business-days/add?start=2026-01-01&days=-10001", "FASTI_MAX_BUSINESS_DAYS"),
        ("/SE/business-days/count?from=2000-01-01&to=2026-01-01", "FASTI_MAX_RANGE_DAYS"),
        ("/SE/holidays?from=2000-01-01&to=2026-01-01", "FASTI_MAX_RANGE_DAYS"),
    ],
)
def test_a_question_beyond_a_cap_is_422_and_names_the_cap(
    client: FlaskClient, bearer: Bearer, path: str, cap: str
) -> None:
    assert problem(client, bearer, path) == (422, "question-too-large")
    assert cap in client.get(f"/api/v1/calendars{path}", headers=bearer).text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/SE/days/2026-02-30", "date"),
        ("/SE/days/2026-2-3", "date"),
        ("/SE/days/20260203", "date"),
        ("/SE/days/2026-W06-2", "date"),
        ("/SE/days/04%2F07%2F2026", None),
        ("/SE/days/2026", "date"),
        ("/SE/days/tomorrow", "date"),
        ("/SE/days/٢٠٢٦-٠١-٠١", "date"),
        ("/SE/days/2026-06-19?x=1", "x"),
        ("/SE/holidays", "query"),
        ("/SE/holidays?year=", "year"),
        ("/SE/holidays?year=two", "year"),
        ("/SE/holidays?year=2026.0", "year"),
        ("/SE/holidays?year=0", "year"),
        ("/SE/holidays?year=2_026", "year"),
        ("/SE/holidays?year=99999999999999999999", "year"),
        ("/SE/holidays?year=2026&year=2027", "year"),
        ("/SE/holidays?year=2026&from=2026-01-01&to=2026-01-02", "query"),
        ("/SE/holidays?from=2026-01-01", "query"),
        ("/SE/holidays?from=2026-02-01&to=2026-01-01", "query"),
        ("/SE/business-days/add?start=2026-01-01", "days"),
        ("/SE/business-days/add?start=2026-01-01&days=1.5", "days"),
        ("/SE/business-days/add?start=2026-01-01T00:00&days=1", "start"),
        ("/SE/business-days/count?from=2026-01-01", "to"),
        ("/SE/business-days/count?from=2026-01-01&to=7", "to"),
        ("?kind=planet", "kind"),
        ("?q=", "q"),
        ("?sort=name", "sort"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_400_and_is_named(
    client: FlaskClient, bearer: Bearer, path: str, field: str | None
) -> None:
    response = client.get(f"/api/v1/calendars{path}", headers=bearer)
    assert response.content_type == "application/problem+json"
    if field is None:  # A slash ends the segment: there is no such address.
        assert response.status_code == 404
        return
    assert response.status_code == 400
    assert response.json is not None
    assert [error["field"] for error in response.json["errors"]] == [field]


def test_every_parameter_at_fault_is_named_at_once(client: FlaskClient, bearer: Bearer) -> None:
    response = client.get(
        "/api/v1/calendars/SE/business-days/add?start=x&days=y&z=1", headers=bearer
    )
    assert response.json is not None
    assert {error["field"] for error in response.json["errors"]} == {"start", "days", "z"}


def test_a_trailing_slash_answers_without_a_redirect(client: FlaskClient, bearer: Bearer) -> None:
    assert client.get("/api/v1/calendars/SE/", headers=bearer).status_code == 200
