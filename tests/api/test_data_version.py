"""Every answer names the facts that it was made of."""

from importlib.metadata import version

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.facts.almanac import ADAPTER_REVISION, DATA_VERSION
from tests.api.test_openapi import EXAMPLES

HEADER = "Fasti-Data-Version"
PATHS = {"{calendar_id}": "SE", "{date}": "2026-06-19", "{country_code}": "US", "{year}": "2026"}
ANSWERS = [
    path + query
    for path, query in EXAMPLES.items()
    if path.startswith(("/api/v1/", "/api/v3/", "/api/v4/"))
]
Bearer = dict[str, str]


def url(path: str) -> str:
    for name, value in PATHS.items():
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_its_data_version(client: FlaskClient, bearer: Bearer, path: str) -> None:
    response = client.get(url(path), headers=bearer)
    assert response.status_code == 200
    assert response.headers.getlist(HEADER) == [DATA_VERSION]
    if response.is_json and path.startswith("/api/v1/"):
        assert response.json is not None
        assert response.json["data_version"] == DATA_VERSION
    held = {**bearer, "If-None-Match": response.headers["ETag"]}
    unchanged = client.get(url(path), headers=held)
    assert (unchanged.status_code, unchanged.headers[HEADER]) == (304, DATA_VERSION)


def test_a_yes_or_no_says_it_as_well(client: FlaskClient) -> None:
    for path in ("/api/v3/IsTodayPublicHoliday/SE", "/api/v4/IotHolidays/SE/IsToday/0"):
        response = client.get(path)
        assert response.status_code in (200, 204)
        assert response.headers[HEADER] == DATA_VERSION


def test_a_batch_says_it_and_so_does_each_of_its_answers(
    client: FlaskClient, bearer: Bearer
) -> None:
    questions = [url(path) for path in ANSWERS if path.startswith("/api/v1/")]
    response = client.post("/api/v1/batch", json={"questions": questions}, headers=bearer)
    assert response.headers[HEADER] == DATA_VERSION
    assert response.json is not None
    assert response.json["data_version"] == DATA_VERSION
    answered = [answer["body"] for answer in response.json["answers"] if answer["status"] == 200]
    assert len(answered) > 15
    assert {body["data_version"] for body in answered} == {DATA_VERSION}


@pytest.mark.parametrize(
    "path", ["/api/v1/calendars/XX", "/api/v3/PublicHolidays/2026/ZZ", "/api/v4/Holidays/US/abc"]
)
def test_a_refusal_is_made_of_no_facts(client: FlaskClient, bearer: Bearer, path: str) -> None:
    response = client.get(path, headers=bearer)
    assert response.status_code >= 400
    assert HEADER not in response.headers


def test_anybody_may_ask_which_facts_there_are(app: Flask, client: FlaskClient) -> None:
    response = client.get("/api/v1/data-version")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert response.json == {
        "data_version": DATA_VERSION,
        "library": {"name": "holidays", "version": version("holidays")},
        "adapter_revision": ADAPTER_REVISION,
        "facts_year": 2026,
        "calendars": len(list(app.extensions["fasti.almanac"].catalogue)),
    }
    assert client.get("/api/v1/data-version?x=1").status_code == 400


def test_the_header_is_documented(client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    assert document is not None
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                says = path.startswith("/api/") and status in ("200", "204")
                assert (HEADER in response.get("headers", {})) == says, (path, status)
