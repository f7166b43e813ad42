"""Nager.Date's own unit tests, asked for day by day through its paths."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import MakeApp

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "nager_unit_tests.jsonl"
GUIDE = ROOT / "docs" / "moving-from-nager.md"

DIFFERENCES = {
    ("AT", "2017-04-16"): "Easter Sunday: always a Sunday, and not in the Austrian law",
    ("AT", "2017-06-04"): "Pentecost Sunday: always a Sunday, and not in the Austrian law",
    ("AU-NT", "2023-04-09"): "Easter Sunday in the Northern Territory: missing in the facts",
    ("CL", "2018-10-13"): "a Saturday: by law a holiday on a Friday moves to the Monday",
    ("IM", "2015-06-12"): "TT race day: the facts take the first Friday of June",
    ("IM", "2016-06-10"): "as above",
    ("IM", "2017-06-09"): "as above",
    ("IM", "2018-06-08"): "as above",
    ("IM", "2020-08-28"): "as above; moved in 2020",
    ("IM", "2021-06-11"): "as above",
    ("IM", "2022-06-10"): "as above",
    ("LV", "2028-07-10"): "the day after a festival of 2028: not in the facts",
    ("RO", "2017-04-14"): "Good Friday: a holiday in Romania since 2018",
    ("SK", "2024-09-01"): "Constitution Day: no day off since 2024, here an Observance",
}
"""Where the two do not agree, whichever is right."""

ACTUAL_DATES = {
    ("AL", "2024-03-31"),
    ("AL", "2024-05-05"),
    ("AL", "2024-12-08"),
    ("CA", "2017-01-01"),
    ("CN", "2015-09-27"),
    ("JP", "2018-09-23"),
}
"""Weekend days of holidays whose day off is another: by contract v3 shows that one, and this one
when it is asked for actual dates."""

Row = dict[str, Any]
Ask = Callable[[Row], bool]


@pytest.fixture
def client(make_app: MakeApp, app: Flask) -> FlaskClient:
    assert app
    return make_app(anonymous_rate_limit="100000/minute").test_client()


def rows() -> list[Row]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def place(row: Row) -> str:
    return "-".join(filter(None, (row["country"], row["subdivision"])))


def listed(client: FlaskClient, row: Row, path: str) -> list[Row]:
    """The holidays of the year of a row and of those next to it, as far as there are facts."""
    year = date.fromisoformat(row["date"]).year
    found: list[Row] = []
    for near in (year - 1, year, year + 1):
        response = client.get(path.format(year=near, country=row["country"]))
        assert response.status_code in (200, 400)
        found += json.loads(response.data) if response.status_code == 200 else []
    return found


def is_in_v3(client: FlaskClient, row: Row, query: str = "") -> bool:
    """True for a public holiday of its place in /api/v3, whose dates are the days off."""
    return any(
        holiday["date"] == row["date"]
        and "Public" in holiday["types"]
        and (holiday["global"] or place(row) in holiday["counties"])
        for holiday in listed(client, row, "/api/v3/PublicHolidays/{year}/{country}" + query)
    )


def agrees(client: FlaskClient, row: Row) -> bool:
    """Whether /api/v3 says what a row does; one about an actual date is asked for those too."""
    found = is_in_v3(client, row)
    if not found and row["date_kind"] == "date":
        found = is_in_v3(client, row, "?observed=actual")
    return bool(found == row["holiday"])


def test_v3_agrees_with_nagers_own_tests_but_for_the_differences_named(client: FlaskClient) -> None:
    checked = rows()
    assert len(checked) == 492
    different = [row for row in checked if not agrees(client, row)]
    assert {(place(row), row["date"]) for row in different} == DIFFERENCES.keys()
    assert len(different) == len(DIFFERENCES)
    assert 1 - len(different) / len(checked) >= 0.971


def test_without_a_parameter_v3_shows_another_day_off_for_these_alone(client: FlaskClient) -> None:
    different = {
        (place(row), row["date"]) for row in rows() if is_in_v3(client, row) != row["holiday"]
    }
    assert different == DIFFERENCES.keys() | ACTUAL_DATES
    assert all(date.fromisoformat(day).weekday() >= 5 for _, day in ACTUAL_DATES)


def test_the_guide_names_every_difference() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for code, day in {*DIFFERENCES, *ACTUAL_DATES}:
        line = next(
            (line for line in guide.splitlines() if f"`{code}`" in line and day in line), ""
        )
        assert line, (code, day)
