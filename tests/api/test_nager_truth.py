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

OF_V4_ALONE = {
    ("AL", "2024-03-31"),
    ("AL", "2024-05-05"),
    ("AL", "2024-12-08"),
    ("CA", "2017-01-01"),
    ("CN", "2015-09-27"),
    ("JP", "2018-09-23"),
}
"""Actual dates, weekends all of them, of holidays whose day off is another: v3 shows that alone."""

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


def is_off_in_v3(client: FlaskClient, row: Row) -> bool:
    """True for a public holiday of its place in /api/v3, whose dates are the days off."""
    return any(
        holiday["date"] == row["date"]
        and "Public" in holiday["types"]
        and (holiday["global"] or place(row) in holiday["counties"])
        for holiday in listed(client, row, "/api/v3/PublicHolidays/{year}/{country}")
    )


def falls_in_v4(client: FlaskClient, row: Row) -> bool:
    """True for a public holiday of its place in /api/v4, whose dates are the actual ones."""
    return any(
        holiday["date"] == row["date"]
        and "Public" in holiday["holidayTypes"]
        and (holiday["nationalHoliday"] or place(row) in holiday["subdivisionCodes"])
        for holiday in listed(client, row, "/api/v4/Holidays/{country}/{year}")
    )


def test_the_drop_in_agrees_with_nagers_own_tests_but_for_the_differences_named(
    client: FlaskClient,
) -> None:
    checked = rows()
    assert len(checked) == 492
    differing = [row for row in checked if is_off_in_v3(client, row) != row["holiday"]]
    # A row about an actual date is v4's to answer, where v3 shows the day off in its place.
    of_v4_alone = [
        row for row in differing if row["date_kind"] == "date" and falls_in_v4(client, row)
    ]
    different = [row for row in differing if row not in of_v4_alone]
    assert {(place(row), row["date"]) for row in of_v4_alone} == OF_V4_ALONE
    assert {(place(row), row["date"]) for row in different} == DIFFERENCES.keys()
    assert len(different) == len(DIFFERENCES)
    assert 1 - len(different) / len(checked) >= 0.971


def test_what_v4_alone_shows_is_a_weekend_day() -> None:
    assert all(date.fromisoformat(day).weekday() >= 5 for _, day in OF_V4_ALONE)


def test_the_guide_names_every_difference() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for code, day in {*DIFFERENCES, *OF_V4_ALONE}:
        line = next(
            (line for line in guide.splitlines() if f"`{code}`" in line and day in line), ""
        )
        assert line, (code, day)
