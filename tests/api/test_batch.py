"""Many questions in one call."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import MakeToken
from tests.conftest import MakeApp, token_for

Bearer = dict[str, str]
DAY = "calendars/SE/days/2026-06-19"


def ask(client: FlaskClient, bearer: Bearer, *questions: str) -> Any:
    response = client.post("/api/v1/batch", json={"questions": questions}, headers=bearer)
    assert response.status_code == 200, response.text
    assert response.json is not None
    return response.json["answers"]


def test_each_question_is_answered_or_refused_on_its_own_and_in_order(
    client: FlaskClient, bearer: Bearer
) -> None:
    answers = ask(
        client,
        bearer,
        DAY,
        "calendars/XX",
        "calendars/SE/days/2026-02-30",
        "calendars/SE/days/2200-01-01",
        "nothing/here",
        "/api/v1/calendars/US/business-days/add?start=2026-07-02&days=1",
    )
    assert [answer["status"] for answer in answers] == [200, 404, 400, 422, 404, 200]
    assert answers[0] == {
        "question": DAY,
        "status": 200,
        "body": client.get(f"/api/v1/{DAY}", headers=bearer).json,
    }
    assert answers[1]["body"]["type"] == "/problems/unknown-calendar"
    assert answers[5]["body"]["date"] == "2026-07-06"


def test_a_question_for_another_format_is_refused(client: FlaskClient, bearer: Bearer) -> None:
    formats = [f"calendars/US/holidays.{suffix}?year=2026" for suffix in ("json", "csv", "ics")]
    answers = ask(client, bearer, *formats)
    assert [answer["status"] for answer in answers] == [200, 406, 406]


def test_a_thousand_questions_are_answered_and_one_more_is_refused(
    client: FlaskClient, make_token: MakeToken
) -> None:
    bearer = {"Authorization": f"Bearer {make_token(plan='plenty')}"}
    assert len(ask(client, bearer, *[DAY] * 1000)) == 1000
    response = client.post("/api/v1/batch", json={"questions": [DAY] * 1001}, headers=bearer)
    assert response.status_code == 422


def test_a_batch_costs_as_much_as_its_questions(client: FlaskClient, make_token: MakeToken) -> None:
    bearer = {"Authorization": f"Bearer {make_token(plan='ten-an-hour')}"}
    response = client.post("/api/v1/batch", json={"questions": [DAY] * 7}, headers=bearer)
    assert response.headers["X-RateLimit-Remaining"] == "3"
    response = client.post("/api/v1/batch", json={"questions": [DAY] * 4}, headers=bearer)
    assert response.status_code == 429
    assert client.get(f"/api/v1/{DAY}", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    "question",
    [
        "../../health/ready",
        "/health/ready",
        "//elsewhere/api/v1/calendars/SE",
        "http://elsewhere/metrics",
        "../../oauth/token",
        "/api/v1/../../metrics",
        "batch",
        "",
        "//[",
        "calendars/%00",
        "calendars/SE\r\nX: y",
    ],
)
def test_a_question_leads_nowhere_but_to_the_questions(
    client: FlaskClient, bearer: Bearer, question: str
) -> None:
    (answer,) = ask(client, bearer, question)
    assert answer["status"] in (400, 404, 405)


def test_an_address_that_is_written_in_another_way_is_no_page_for_browsers(
    client: FlaskClient, bearer: Bearer
) -> None:
    """Alone it would be led to the usual spelling."""
    assert client.get("/api/v1/calendars//SE", headers=bearer).status_code == 308
    (answer,) = ask(client, bearer, "calendars//SE")
    assert answer["status"] == 404
    assert answer["body"]["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("calendars/DE-Baden-Württemberg", "calendars/DE-Baden-W%C3%BCrttemberg"),
        ("calendars/DE-Baden-W%C3%BCrttemberg", "calendars/DE-Baden-W%C3%BCrttemberg"),
        ("calendars?q=Côte d", "calendars?q=C%C3%B4te+d"),
        (f"{DAY}?lang=%66r#ignored", f"{DAY}?lang=fr"),
    ],
)
def test_an_address_is_read_as_it_would_be_alone(
    client: FlaskClient, bearer: Bearer, question: str, alone: str
) -> None:
    (answer,) = ask(client, bearer, question)
    assert answer["status"] == 200
    assert answer["body"] == client.get(f"/api/v1/{alone}", headers=bearer).json


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"questions": []}, {"questions": "x"}, {"questions": [1]}, []),
        *({"questions": [], "x": 1}, {"questions": ["calendars/\ud800"]}),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: FlaskClient, bearer: Bearer, body: object
) -> None:
    response = client.post("/api/v1/batch", json=body, headers=bearer)
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


def test_what_is_no_json_is_refused(client: FlaskClient, bearer: Bearer) -> None:
    for content_type, status in (("text/plain", 415), ("application/json", 400)):
        response = client.post("/api/v1/batch", data="{", content_type=content_type, headers=bearer)
        assert response.status_code == status
        assert response.content_type == "application/problem+json"


def test_a_batch_needs_a_token(client: FlaskClient) -> None:
    assert client.post("/api/v1/batch", json={"questions": [DAY]}).status_code == 401


def test_a_batch_whose_answers_grow_too_large_refuses_what_is_left(make_app: MakeApp) -> None:
    app = make_app(max_batch_bytes=1_000)
    questions = ["calendars/SE/holidays?year=2026", "calendars/NO", "calendars/XX"]
    response = app.test_client().post(
        "/api/v1/batch",
        json={"questions": questions},
        headers={"Authorization": f"Bearer {token_for(app)}"},
    )
    assert response.json is not None
    answers = response.json["answers"]
    assert [answer["status"] for answer in answers] == [200, 422, 422]
    assert "1000 bytes (FASTI_MAX_BATCH_BYTES)" in answers[1]["body"]["detail"]
