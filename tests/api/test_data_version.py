"""Every answer names the facts that it was made of."""

from importlib.metadata import version
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.facts.almanac import ADAPTER_REVISION, DATA_VERSION
from tests.api.contract import Operation, operations_of

HEADER = "Fasti-Data-Version"
Bearer = dict[str, str]


@pytest.fixture
def operations(client: FlaskClient) -> list[Operation]:
    """Those whose answers are made of facts, and may be kept."""
    document = client.get("/openapi.json").get_json()
    return [
        operation
        for operation in operations_of(document)
        if operation.path.startswith("/api/") and "304" in operation.described["responses"]
    ]


def test_every_answer_says_its_data_version(
    client: FlaskClient, bearer: Bearer, operations: list[Operation]
) -> None:
    assert len(operations) > 30
    for operation in operations:
        request = operation.request(operation.examples()["what is required"])
        response = operation.send(client, request, bearer, "192.0.2.1")
        assert response.status_code == 200, operation
        assert response.headers.getlist(HEADER) == [DATA_VERSION], operation
        if response.is_json and operation.path.startswith("/api/v1/"):
            assert response.get_json()["data_version"] == DATA_VERSION, operation
        held = {**bearer, "If-None-Match": response.headers["ETag"]}
        unchanged = operation.send(client, request, held, "192.0.2.1")
        assert (unchanged.status_code, unchanged.headers[HEADER]) == (304, DATA_VERSION), operation


def test_a_yes_or_no_says_it_as_well(client: FlaskClient) -> None:
    for path in ("/api/v3/IsTodayPublicHoliday/SE", "/api/v4/IotHolidays/SE/IsToday/0"):
        response = client.get(path)
        assert response.status_code in (200, 204)
        assert response.headers[HEADER] == DATA_VERSION


def test_a_batch_says_it_and_so_does_each_of_its_answers(
    client: FlaskClient, bearer: Bearer, operations: list[Operation]
) -> None:
    requests = [(each, each.request(each.examples()["what is required"])) for each in operations]
    questions = [
        f"{operation.path.format(**request.path)}?{urlencode(request.query)}"
        for operation, request in requests
        if operation.path.startswith("/api/v1/")
    ]
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
                is_made_of_facts = path.startswith("/api/") and operation["tags"] != ["clients"]
                says = is_made_of_facts and status in ("200", "204", "304")
                assert (HEADER in response.get("headers", {})) == says, (path, status)
