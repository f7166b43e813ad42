"""Actual and observed as data: which rows a list of holidays has, and what each says of its day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import MakeToken

Bearer = dict[str, str]
Ask = Callable[[str], Any]
ONE_DAY = timedelta(days=1)


@pytest.fixture
def ask(client: FlaskClient, make_token: MakeToken) -> Ask:
    headers = {"Authorization": f"Bearer {make_token(plan='plenty')}"}

    def get(path: str) -> Any:
        response = client.get(f"/api/v1/calendars/{path}", headers=headers)
        assert response.status_code == 200, response.text
        return response.json

    return get


def rows(ask: Ask, code: str, period: str, observed: str) -> list[tuple[str, str, str | None]]:
    answer = ask(f"{code}/holidays?{period}&observed={observed}")
    assert answer["observed"] == observed
    found = [(h["date"], h["observed_date"], h["substitute_for"]) for h in answer["holidays"]]
    for holiday in answer["holidays"]:
        assert holiday["is_substitute"] == (holiday["substitute_for"] is not None)
    return found


JULY = "from=2026-07-01&to=2026-07-31"


def test_a_substitute_and_its_holiday_are_one_row_by_law_and_two_days_off(ask: Ask) -> None:
    one_row = [("2026-07-04", "2026-07-03", "2026-07-04")]
    assert rows(ask, "US", JULY, "both") == one_row
    assert rows(ask, "US", JULY, "actual") == one_row
    assert rows(ask, "US", JULY, "observed") == [
        ("2026-07-03", "2026-07-03", "2026-07-04"),
        ("2026-07-04", "2026-07-04", None),
    ]


def test_a_period_is_one_of_days_that_fall_or_of_days_that_are_off(ask: Ask) -> None:
    friday = "from=2026-07-03&to=2026-07-03"
    assert rows(ask, "US", friday, "both") == [("2026-07-04", "2026-07-03", "2026-07-04")]
    assert rows(ask, "US", friday, "actual") == []
    assert rows(ask, "US", friday, "observed") == [("2026-07-03", "2026-07-03", "2026-07-04")]


@pytest.mark.parametrize(
    ("year", "observed", "is_there"),
    [
        (2021, "both", True),
        (2021, "actual", False),
        (2021, "observed", True),
        (2022, "both", True),
        (2022, "actual", True),
        (2022, "observed", False),
    ],
)
def test_a_substitute_across_new_year_is_off_in_one_year_and_falls_in_the_other(
    ask: Ask, year: int, observed: str, is_there: bool
) -> None:
    found = rows(ask, "US", f"year={year}", observed)
    assert any(row[1:] == ("2021-12-31", "2022-01-01") for row in found) == is_there


def test_the_substitutes_of_japan_know_the_day_they_stand_for(ask: Ask) -> None:
    found = rows(ask, "JP", "year=2026", "observed")
    assert [row for row in found if row[2]] == [("2026-05-06", "2026-05-06", "2026-05-03")]


def test_two_holidays_of_one_weekend_keep_their_own_substitutes(ask: Ask) -> None:
    christmas = "from=2021-12-20&to=2021-12-31"
    assert rows(ask, "GB", christmas, "actual") == [
        ("2021-12-25", "2021-12-27", "2021-12-25"),
        ("2021-12-26", "2021-12-28", "2021-12-26"),
    ]


def test_a_moved_holiday_falls_on_a_day_that_is_worked(ask: Ask) -> None:
    october = "from=2027-10-01&to=2027-10-31"
    assert rows(ask, "AR", october, "actual") == [("2027-10-12", "2027-10-11", "2027-10-12")]
    assert rows(ask, "AR", october, "observed") == [("2027-10-11", "2027-10-11", "2027-10-12")]
    assert ask("AR/days/2027-10-12")["is_business_day"]


def test_a_holiday_with_two_days_off_falls_once(ask: Ask) -> None:
    january = "from=2011-01-01&to=2011-01-31"
    assert [row for row in rows(ask, "RU", january, "both") if row[0] == "2011-01-05"] == [
        ("2011-01-05", "2011-01-06", "2011-01-05"),
        ("2011-01-05", "2011-01-10", "2011-01-05"),
    ]
    fallen = [row[0] for row in rows(ask, "RU", january, "actual")]
    assert fallen.count("2011-01-05") == 1


def test_a_joint_calendar_says_whose_substitute_it_is(ask: Ask) -> None:
    answer = ask(f"US+GB/holidays?{JULY}&observed=observed")
    assert [(h["calendar"], h["substitute_for"]) for h in answer["holidays"]] == [
        ("US", "2026-07-04"),
        ("US", None),
    ]


def test_a_feed_by_law_has_an_event_on_the_day_a_holiday_falls(
    client: FlaskClient, bearer: Bearer
) -> None:
    def starts(observed: str) -> list[str]:
        path = f"/api/v1/calendars/US/holidays.ics?{JULY}&observed={observed}"
        lines = client.get(path, headers=bearer).text.splitlines()
        return [line for line in lines if line.startswith("DTSTART")]

    assert starts("actual") == ["DTSTART;VALUE=DATE:20260704"]
    assert starts("both") == starts("observed")
    assert starts("both") == ["DTSTART;VALUE=DATE:20260703", "DTSTART;VALUE=DATE:20260704"]


def test_another_word_is_no_way_to_be_observed(client: FlaskClient, bearer: Bearer) -> None:
    path = f"/api/v1/calendars/US/holidays?{JULY}&observed=never"
    response = client.get(path, headers=bearer)
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["errors"][0]["field"] == "observed"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(["US", "GB-SCT", "JP", "AR", "CN", "RU", "SA", "AE", "TR", "XNYS+XLON"]),
    first=st.dates(date(2004, 1, 1), date(2034, 11, 1)),
)
def test_the_days_off_of_a_list_are_those_that_the_days_explain(
    ask: Ask, code: str, first: date
) -> None:
    last = first + timedelta(days=30)
    listed = {row[0] for row in rows(ask, code, f"from={first}&to={last}", "observed")}
    days = [ask(f"{code}/days/{first + n * ONE_DAY}") for n in range(31)]
    explained = {
        day["date"]
        for day in days
        if not day["is_business_day"] and any(r["kind"] == "holiday" for r in day["reasons"])
    }
    assert listed == explained


@pytest.mark.parametrize(
    "question",
    [
        "holidays?year=2026",
        "business-days?from=2026-01-01&to=2026-01-31",
        "business-days/count?from=2026-01-01&to=2026-01-31",
        "long-weekends?year=2026",
        "holidays/next?after=2026-01-01",
    ],
)
def test_a_list_says_what_is_covered(ask: Ask, question: str) -> None:
    assert ask(f"ES+LK/{question}")["coverage"] == {
        "from": "2008-01-01",
        "to": "2026-12-31",
        "confirmed_to": "2026-12-31",
    }


@pytest.mark.parametrize(
    "question",
    [
        "holidays?year=2027",
        "holidays?year=2027&observed=actual",
        "holidays?year=2027&observed=observed",
        "holidays.csv?year=2027",
        "holidays.ics?year=2027",
        "holidays/next?after=2027-01-01",
        "holidays/next?after=2026-12-31",
        "holidays/next?after=9999-12-31",
        "days/2027-01-01",
        "business-days?from=2026-12-31&to=2027-01-01&include=both",
        "business-days?from=2027-01-01&to=2027-01-01&include=none",
        "business-days/count?from=2027-01-01&to=2027-01-05",
        "business-days/add?start=2026-12-31&days=1",
        "business-days/subtract?start=2027-01-01&days=1",
        "business-days/next?date=2026-12-31",
        "business-days/previous?date=2027-01-01",
        "business-days/adjust?date=2027-01-01&convention=none",
        "long-weekends?year=2027",
        "settlement?trade_date=2026-12-31",
    ],
)
def test_what_is_not_covered_is_refused_by_every_question(
    client: FlaskClient, bearer: Bearer, question: str
) -> None:
    response = client.get(f"/api/v1/calendars/LK/{question}", headers=bearer)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["type"] == "/problems/date-out-of-coverage"
