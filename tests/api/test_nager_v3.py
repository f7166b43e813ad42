"""/api/v3 as a client of Nager.Date sees it: the paths, the shapes, the statuses; no token."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api import clock
from app.cache.shared import SharedCache
from app.observability.release import VERSION

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
HOLIDAY_KEYS = [
    "date",
    "localName",
    "name",
    "countryCode",
    "fixed",
    "global",
    "counties",
    "launchYear",
    "types",
]


def set_clock(app: Flask, moment: str) -> None:
    """Let it be ``moment``, in UTC."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    app.extensions[clock.EXTENSION] = lambda: now


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(f"/api/v3/{path}", headers=headers)


def body(client: FlaskClient, path: str) -> Any:
    response = get(client, path)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json; charset=utf-8"
    return json.loads(response.data)


def of_name(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["name"] == name]


def test_a_holiday_has_every_key_in_its_order_and_nulls_where_there_is_nothing(
    client: FlaskClient,
) -> None:
    new_year = body(client, "PublicHolidays/2021/US")[0]
    assert list(new_year) == HOLIDAY_KEYS
    assert new_year == {
        "date": "2021-01-01",
        "localName": "New Year's Day",
        "name": "New Year's Day",
        "countryCode": "US",
        "fixed": False,
        "global": True,
        "counties": None,
        "launchYear": None,
        "types": ["Public"],
    }


def test_a_regional_holiday_names_its_counties_by_iso_code(client: FlaskClient) -> None:
    (epiphany,) = of_name(body(client, "PublicHolidays/2021/DE"), "Epiphany")
    assert epiphany["date"] == "2021-01-06"
    assert epiphany["localName"] == "Heilige Drei Könige"
    assert epiphany["global"] is False
    assert epiphany["counties"] == ["DE-BW", "DE-BY", "DE-ST"]
    assert epiphany["types"] == ["Public"]


def test_the_date_is_the_day_off_and_there_is_one_row_a_holiday(client: FlaskClient) -> None:
    (independence,) = of_name(body(client, "PublicHolidays/2021/US"), "Independence Day")[:1]
    assert independence["date"] == "2021-07-05"


def test_holidays_are_by_the_day_they_fall_on_not_by_the_day_off(client: FlaskClient) -> None:
    rows = body(client, "PublicHolidays/2022/GB")
    christmas = [row["date"] for row in rows if row["name"] in ("Christmas Day", "Boxing Day")]
    assert christmas == ["2022-12-27", "2022-12-26"]
    assert body(client, "PublicHolidays/2022/US")[0]["date"] == "2021-12-31"


def test_a_day_can_be_public_in_some_counties_and_off_for_authorities_everywhere(
    client: FlaskClient,
) -> None:
    public, authorities = of_name(body(client, "PublicHolidays/2026/US"), "Columbus Day")
    assert public["types"] == ["Public"]
    assert "US-NY" in public["counties"]
    assert authorities["types"] == ["Authorities"]


def test_no_county_has_a_code_that_iso_does_not_know(client: FlaskClient) -> None:
    for country in ("DE", "IT", "AU", "CH", "ES", "NZ"):
        rows = body(client, f"PublicHolidays/2026/{country}")
        counties = {county for row in rows for county in row["counties"] or []}
        assert all(code.isascii() and 4 <= len(code) <= 6 for code in counties), counties
        assert all(row["global"] == (row["counties"] is None) for row in rows)
        assert all(row["counties"] != [] for row in rows)


def test_any_year_with_facts_is_served(client: FlaskClient) -> None:
    for year in (1960, 2000, 2026, 2099):
        assert body(client, f"PublicHolidays/{year}/SE")[0]["date"] == f"{year}-01-01"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("PublicHolidays/abc/US", 400, "year"),
        ("PublicHolidays/2026.5/US", 400, "year"),
        ("PublicHolidays/99999999999/US", 400, "year"),
        ("PublicHolidays/0/US", 400, "year"),
        ("PublicHolidays/2007/ES", 400, "year"),
        ("LongWeekend/2101/SE", 400, "year"),
        ("LongWeekend/2026/AT?availableBridgeDays=-1", 400, "availableBridgeDays"),
        ("LongWeekend/2026/AT?availableBridgeDays=32", 400, "availableBridgeDays"),
        ("LongWeekend/2026/AT?availableBridgeDays=x", 400, "availableBridgeDays"),
        ("IsTodayPublicHoliday/AT?offset=13", 400, "offset"),
        ("IsTodayPublicHoliday/AT?offset=-13", 400, "offset"),
        ("IsTodayPublicHoliday/AT?offset=1.5", 400, "offset"),
        ("PublicHolidays/2026/US?observed=both", 400, "observed"),
        ("PublicHolidays/2026/US?Observed=", 400, "observed"),
        ("PublicHolidays/2026/US?observed=actual&observed=actual", 400, "observed"),
        ("NextPublicHolidays/US?observed=both", 400, "observed"),
        ("NextPublicHolidaysWorldwide?observed=both", 400, "observed"),
        ("PublicHolidays/2026/ZZ", 404, None),
        ("PublicHolidays/2026/DE-BY", 404, None),
        ("PublicHolidays/2026/XNYS", 404, None),
        ("PublicHolidays/2026/HolidayBase", 404, None),
        ("LongWeekend/2026/ZZ", 404, None),
        ("LongWeekend/2026/DE?subdivisionCode=AT-9", 404, None),
        ("IsTodayPublicHoliday/ZZ", 404, None),
        ("IsTodayPublicHoliday/DE?countyCode=DE-XX", 404, None),
        ("NextPublicHolidays/ZZ", 404, None),
        ("CountryInfo/ZZ", 404, None),
    ],
)
def test_a_refusal_is_problem_details_with_errors_by_field(
    client: FlaskClient, path: str, status: int, field: str | None
) -> None:
    response = get(client, path)
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    problem = json.loads(response.data)
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= problem.keys()
    assert problem["traceId"] == problem["instance"] == response.headers["X-Request-ID"]
    assert list(problem.get("errors", {})) == ([field] if field else [])
    assert all(isinstance(message, str) for message in problem.get("errors", {}).get(field, []))


def test_a_path_that_is_none_is_a_problem_too(client: FlaskClient) -> None:
    response = get(client, "Nothing")
    assert response.status_code == 404
    assert json.loads(response.data)["status"] == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?availableBridgeDays=0", 5),
        ("", 10),
        ("?availableBridgeDays=1", 10),
        ("?AVAILABLEBRIDGEDAYS=1", 10),
        ("?availableBridgeDays=2", 9),
    ],
)
def test_long_weekends_take_one_bridge_day_unless_told(
    client: FlaskClient, query: str, expected: int
) -> None:
    assert len(body(client, f"LongWeekend/2026/AT{query}")) == expected


def test_a_long_weekend_has_every_key_in_its_order(client: FlaskClient) -> None:
    first, second, third, *_ = body(client, "LongWeekend/2026/AT?availableBridgeDays=1")
    assert list(first) == ["startDate", "endDate", "dayCount", "needBridgeDay", "bridgeDays"]
    assert first == {
        "startDate": "2026-01-01",
        "endDate": "2026-01-04",
        "dayCount": 4,
        "needBridgeDay": True,
        "bridgeDays": ["2026-01-02"],
    }
    assert (second["startDate"], second["bridgeDays"]) == ("2026-01-03", ["2026-01-05"])
    assert third == {
        "startDate": "2026-04-04",
        "endDate": "2026-04-06",
        "dayCount": 3,
        "needBridgeDay": False,
        "bridgeDays": [],
    }


@pytest.mark.parametrize("name", ["subdivisionCode", "subdivisonCode", "subdivisioncode"])
def test_the_holidays_of_a_subdivision_make_long_weekends_when_it_is_named(
    client: FlaskClient, name: str
) -> None:
    corpus_christi = "2026-06-04"
    nationwide = body(client, "LongWeekend/2026/DE")
    bavarian = body(client, f"LongWeekend/2026/DE?{name}=DE-BY")
    assert corpus_christi not in {weekend["startDate"] for weekend in nationwide}
    assert corpus_christi in {weekend["startDate"] for weekend in bavarian}


def test_long_weekends_follow_the_weekend_of_the_year(client: FlaskClient) -> None:
    # The Emirates moved from Friday and Saturday to Saturday and Sunday in 2022.
    friday_to_sunday = ("2027-01-01", "2027-01-03")
    found = {(w["startDate"], w["endDate"]) for w in body(client, "LongWeekend/2027/AE")}
    assert friday_to_sunday in found


def test_a_weekend_that_is_worked_makes_no_weekend_longer(client: FlaskClient) -> None:
    # In China 4 January 2026 was a worked Sunday.
    ends = {w["endDate"] for w in body(client, "LongWeekend/2026/CN?availableBridgeDays=0")}
    assert "2026-01-03" in ends
    assert "2026-01-04" not in ends


@pytest.mark.parametrize(
    ("moment", "path", "status"),
    [
        ("2026-10-26T12:00", "AT", 200),
        ("2026-10-27T12:00", "AT", 204),
        ("2026-07-03T12:00", "US", 200),  # the day off for 4 July, which is a Saturday
        ("2026-07-04T12:00", "US", 204),
        ("2027-12-31T12:00", "US", 200),  # for New Year's Day 2028
        ("2026-10-26T12:00", "AT?_=1764000000", 200),
        ("2026-06-04T12:00", "DE", 204),  # Corpus Christi, in some counties
        ("2026-06-04T12:00", "DE?countyCode=DE-BY", 200),
        ("2026-06-04T12:00", "de?COUNTYCODE=de-by", 200),
        ("2026-06-04T12:00", "DE?countyCode=DE-BE", 204),
        ("2026-10-26T12:00", "AT?countyCode=AT-9", 200),
        ("2026-12-24T12:00", "AT", 204),  # a bank holiday
        ("2026-12-25T12:00", "SE?countyCode=SE-AB", 200),  # it has no holidays of its own
        ("2022-02-01T12:00", "UA", 204),
    ],
)
def test_today_is_a_holiday_with_200_and_none_with_204_and_neither_has_a_body(
    app: Flask, client: FlaskClient, moment: str, path: str, status: int
) -> None:
    set_clock(app, moment)
    response = get(client, f"IsTodayPublicHoliday/{path}")
    assert response.status_code == status
    assert response.data == b""
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(
    ("moment", "offset", "status"),
    [
        ("2026-10-25T22:59", 1, 204),
        ("2026-10-25T23:00", 1, 200),
        ("2026-10-25T12:00", 12, 200),
        ("2026-10-27T11:59", -12, 200),
        ("2026-10-27T12:00", -12, 204),
        ("2026-10-26T00:00", 0, 200),
    ],
)
def test_today_begins_when_the_clock_of_the_offset_says_so(
    app: Flask, client: FlaskClient, moment: str, offset: int, status: int
) -> None:
    set_clock(app, moment)
    response = get(client, f"IsTodayPublicHoliday/AT?offset={offset}")
    assert response.status_code == status


def test_an_answer_about_today_is_kept_no_longer_than_the_day(
    app: Flask, client: FlaskClient
) -> None:
    def kept(moment: str, path: str) -> str:
        set_clock(app, moment)
        return get(client, path).headers["Cache-Control"]

    assert kept("2026-10-26T12:00", "IsTodayPublicHoliday/AT") == "public,max-age=300"
    assert kept("2026-10-26T23:59:30", "IsTodayPublicHoliday/AT") == "public,max-age=30"
    assert kept("2026-10-26T22:59:30", "IsTodayPublicHoliday/AT?offset=1") == "public,max-age=30"
    for path in ("NextPublicHolidays/AT", "NextPublicHolidaysWorldwide", "AvailableCountries"):
        assert kept("2026-12-31T23:59:59", path) == "public,max-age=1"


def test_an_answer_about_today_is_another_one_tomorrow(app: Flask, client: FlaskClient) -> None:
    path = "IsTodayPublicHoliday/AT"
    set_clock(app, "2026-10-26T23:59:59")
    assert get(client, path).status_code == 200
    set_clock(app, "2026-10-27T00:00:00")
    assert get(client, path).status_code == 204


def test_a_country_without_facts_for_today_is_404_and_never_no_holiday(
    app: Flask, client: FlaskClient
) -> None:
    set_clock(app, "2027-01-01T12:00")
    assert get(client, "IsTodayPublicHoliday/LK").status_code == 404
    assert get(client, "NextPublicHolidays/LK").status_code == 404


def test_next_holidays_are_the_public_ones_of_a_year_from_today(
    app: Flask, client: FlaskClient
) -> None:
    set_clock(app, "2026-11-23T12:00")
    rows = body(client, "NextPublicHolidays/JP")
    assert list(rows[0]) == HOLIDAY_KEYS
    assert rows[0]["date"] == "2026-11-23"
    assert rows[0]["localName"] == "勤労感謝の日"
    assert rows[-1]["date"] == "2027-11-23"
    assert all(row["types"] == ["Public"] for row in rows)


def test_next_holidays_find_a_day_off_in_the_old_year_for_the_new_one(
    app: Flask, client: FlaskClient
) -> None:
    set_clock(app, "2027-12-31T12:00")
    today = [row for row in body(client, "NextPublicHolidays/US") if row["date"] == "2027-12-31"]
    assert "New Year's Day" in {row["name"] for row in today}


def test_where_there_are_none_the_next_holidays_are_204(app: Flask, client: FlaskClient) -> None:
    set_clock(app, "2026-11-21T12:00")
    response = get(client, "NextPublicHolidays/UA")
    assert (response.status_code, response.data) == (204, b"")


def test_next_holidays_worldwide_are_a_week_of_all_countries_by_date(
    app: Flask, client: FlaskClient
) -> None:
    set_clock(app, "2026-12-24T12:00")
    rows = body(client, "NextPublicHolidaysWorldwide")
    dates = [row["date"] for row in rows]
    assert dates == sorted(dates)
    assert (dates[0], dates[-1]) == ("2026-12-24", "2026-12-31")
    assert len({row["countryCode"] for row in rows}) > 150


def test_available_countries_are_those_with_holidays_this_year(
    app: Flask, client: FlaskClient
) -> None:
    set_clock(app, "2026-06-01T12:00")
    rows = body(client, "AvailableCountries")
    assert list(rows[0]) == ["countryCode", "name"]
    names = {row["countryCode"]: row["name"] for row in rows}
    assert names["AD"] == "Andorra"
    assert names["RU"] == "Russia"
    assert not names.keys() & {"UA", "BV", "HM", "IO"}
    assert len(names) == 246
    assert list(names) == sorted(names)
    set_clock(app, "2027-06-01T12:00")
    assert "LK" not in {row["countryCode"] for row in body(client, "AvailableCountries")}


def test_a_country_comes_with_those_around_it(client: FlaskClient) -> None:
    assert body(client, "CountryInfo/AU") == {
        "commonName": "Australia",
        "officialName": "Commonwealth of Australia",
        "countryCode": "AU",
        "region": "Oceania",
        "borders": [],
    }
    portugal = body(client, "CountryInfo/pt")
    assert portugal["borders"] == [
        {
            "commonName": "Spain",
            "officialName": "Kingdom of Spain",
            "countryCode": "ES",
            "region": "Europe",
        }
    ]


def test_the_version_names_this_service_and_is_that_of_the_project(client: FlaskClient) -> None:
    assert body(client, "Version") == {"name": "Fasti", "version": VERSION}
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


@pytest.mark.parametrize("path", ["PublicHolidays/2026/AT", "LongWeekend/2026/AT", "Version"])
def test_a_parameter_that_nager_would_not_know_is_ignored(client: FlaskClient, path: str) -> None:
    assert get(client, f"{path}?_=1764000000").data == get(client, path).data


def test_a_parameter_that_is_ignored_fills_no_cache(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(SharedCache, "set", lambda _self, key, _value: kept.append(key))
    for query in ("?_=1", "?availableBridgeDays=1&_=2"):
        assert get(client, f"LongWeekend/2026/AT{query}").status_code == 200
    assert kept == []
    assert get(client, "LongWeekend/2026/AT?AVAILABLEBRIDGEDAYS=1").status_code == 200
    assert len(kept) == 1


def test_what_the_client_holds_already_is_304(client: FlaskClient) -> None:
    first = get(client, "PublicHolidays/2026/AT")
    assert first.headers["Cache-Control"] == "public,max-age=300"
    again = get(client, "PublicHolidays/2026/AT", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_date_is_the_day_off_unless_the_actual_one_is_asked_for(client: FlaskClient) -> None:
    path = "PublicHolidays/2026/US"
    contract = get(client, path).data
    for query in ("?observed=observed", "?OBSERVED=observed", "?unknown=1&unknown=2"):
        assert get(client, path + query).data == contract
    observed, actual = json.loads(contract), body(client, f"{path}?observed=actual")
    national = [row for row in observed if row["name"] == "Independence Day" and row["global"]]
    assert [row["date"] for row in national] == ["2026-07-03"]
    assert {**national[0], "date": "2026-07-04"} in actual
    assert [row["name"] for row in actual] == [row["name"] for row in observed]
    assert [row["date"] for row in actual] == sorted(row["date"] for row in actual)


def test_the_next_holidays_can_be_those_that_fall_there(app: Flask, client: FlaskClient) -> None:
    set_clock(app, "2026-07-04T12:00")
    for path in ("NextPublicHolidays/US", "NextPublicHolidaysWorldwide"):

        def names(query: str, path: str = path) -> set[str]:
            rows = body(client, path + query)
            assert all(row["date"] >= "2026-07-04" for row in rows)
            today = [row for row in rows if row["date"] == "2026-07-04" and row["global"]]
            return {row["name"] for row in today if row["countryCode"] == "US"}

        assert "Independence Day" not in names("")
        assert "Independence Day" in names("?observed=actual")
