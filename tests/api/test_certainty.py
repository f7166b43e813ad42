"""How sure an answer is, and what is said beside it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

Bearer = dict[str, str]

QUESTIONS = [
    "days/{day}",
    "holidays?from={day}&to={day}",
    "business-days?from={day}&to={day}",
    "business-days/count?from={day}&to={day}",
    "business-days/add?start={day}&days=0",
    "business-days/subtract?start={day}&days=1",
    "business-days/next?date={day}",
    "business-days/previous?date={day}",
    "business-days/adjust?date={day}",
    "settlement?trade_date={day}",
    "holidays/next?after={day}&count=1",
]
WITH_NOTES = [QUESTIONS[0], *QUESTIONS[1:4], QUESTIONS[-1]]


def get(client: FlaskClient, bearer: Bearer, path: str) -> Any:
    response = client.get(f"/api/v1/calendars/{path}", headers=bearer)
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("code", "day", "certainty"),
    [
        ("SE", "2026-06-15", "confirmed"),
        ("SE", "2027-06-15", "computed"),
        ("CN", "2026-06-15", "confirmed"),
        ("CN", "2027-06-15", "awaiting_decree"),
        ("AE", "2040-06-18", "computed"),
        ("SE+CN", "2027-06-15", "awaiting_decree"),
    ],
)
def test_an_answer_is_as_sure_as_the_year_it_rests_on(
    client: FlaskClient, bearer: Bearer, question: str, code: str, day: str, certainty: str
) -> None:
    if (code, "next?after" in question) == ("AE", True):
        certainty = "estimated"  # The next holiday there is one of the moon.
    assert get(client, bearer, f"{code}/{question.format(day=day)}")["certainty"] == certainty


def test_an_ordinary_day_beside_a_holiday_of_the_moon_is_estimated(
    client: FlaskClient, bearer: Bearer
) -> None:
    (first, *_) = [
        holiday["date"]
        for holiday in get(client, bearer, "AE/holidays?year=2040")["holidays"]
        if holiday["certainty"] == "estimated"
    ]
    assert get(client, bearer, f"AE/days/{first}")["certainty"] == "estimated"
    assert get(client, bearer, "AE/long-weekends?year=2040")["certainty"] == "estimated"


def test_a_step_into_a_year_that_awaits_its_decree_says_so(
    client: FlaskClient, bearer: Bearer
) -> None:
    step = "HU/business-days/add?start=2026-12-30&days="
    assert get(client, bearer, f"{step}1")["certainty"] == "confirmed"
    assert get(client, bearer, f"{step}2")["certainty"] == "awaiting_decree"
    settles = get(client, bearer, "HU/settlement?trade_date=2026-12-30&days=2")
    assert settles["certainty"] == "awaiting_decree"


def test_each_answer_of_a_batch_says_how_sure_it_is(client: FlaskClient, bearer: Bearer) -> None:
    questions = [f"calendars/VN/days/{year}-06-15" for year in (2026, 2027)]
    response = client.post("/api/v1/batch", json={"questions": questions}, headers=bearer)
    assert response.json is not None
    found = [answer["body"]["certainty"] for answer in response.json["answers"]]
    assert found == ["confirmed", "awaiting_decree"]


def test_coverage_says_how_far_the_facts_are_confirmed(client: FlaskClient, bearer: Bearer) -> None:
    confirmed = {
        code: get(client, bearer, f"{code}/holidays?year=2026")["coverage"]["confirmed_to"]
        for code in ("SE", "RU", "AZ", "SE+AZ")
    }
    assert confirmed == {
        "SE": "2026-12-31",
        "RU": "2027-12-31",
        "AZ": "2025-12-31",
        "SE+AZ": "2025-12-31",
    }


@pytest.mark.parametrize("question", WITH_NOTES)
def test_what_needs_a_word_has_a_note(client: FlaskClient, bearer: Bearer, question: str) -> None:
    def codes(calendar_id: str) -> list[tuple[str, str]]:
        answer = get(client, bearer, f"{calendar_id}/{question.format(day='2026-06-15')}")
        return [(note["calendar"], note["code"]) for note in answer["notes"]]

    assert codes("UA")[0] == codes("UA+SE")[0] == ("UA", "martial_law")
    assert codes("BV") == [("BV", "no_population")]
    assert codes("SE") == []


def test_an_empty_list_of_ukraine_names_the_law(client: FlaskClient, bearer: Bearer) -> None:
    answer = get(client, bearer, "UA/holidays?year=2026")
    assert answer["holidays"] == []
    (note,) = answer["notes"]
    assert "2136-IX" in note["text"]


def test_a_calendar_has_its_notes_in_its_details(client: FlaskClient, bearer: Bearer) -> None:
    assert [n["code"] for n in get(client, bearer, "BV")["notes"]] == ["no_population"]
    assert [n["code"] for n in get(client, bearer, "CN")["notes"]] == ["awaiting_decree"]
    assert get(client, bearer, "SE")["notes"] == []
