"""The OpenAPI document says what the service does, and the page that shows it needs no network."""

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

UNDOCUMENTED = {"/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"}
EXAMPLES = {
    "/api/v1/calendars": "",
    "/api/v1/calendars/{calendar_id}": "",
    "/api/v1/calendars/{calendar_id}/holidays": "?year=2026",
    "/api/v1/calendars/{calendar_id}/days/{date}": "",
    "/api/v1/calendars/{calendar_id}/business-days/add": "?start=2026-06-18&days=1",
    "/api/v1/calendars/{calendar_id}/business-days/count": "?from=2026-06-15&to=2026-06-22",
    "/problems/{slug}": "",
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.json is not None
    return dict(response.json)


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule not in UNDOCUMENTED
    }
    assert document["openapi"].startswith("3.1")
    assert document["paths"].keys() == rules == {*EXAMPLES, "/oauth/token"}


@pytest.mark.parametrize("path", EXAMPLES)
def test_an_answer_is_as_documented(
    client: FlaskClient, bearer: dict[str, str], document: dict[str, Any], path: str
) -> None:
    operation = document["paths"][path]["get"]
    url = path
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            url = url.replace(f"{{{parameter['name']}}}", parameter["example"])
    response = client.get(url + EXAMPLES[path], headers=bearer)
    assert response.status_code == 200, response.text
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(response.json, {**schema, "components": document["components"]})


def test_a_problem_is_as_documented(
    client: FlaskClient, bearer: dict[str, str], document: dict[str, Any]
) -> None:
    operation = document["paths"]["/api/v1/calendars/{calendar_id}"]["get"]
    response = client.get("/api/v1/calendars/XX", headers=bearer)
    content = operation["responses"]["404"]["content"]
    schema = content["application/problem+json"]["schema"]
    jsonschema.validate(response.json, {**schema, "components": document["components"]})


def test_guarded_operations_name_the_scheme_and_public_ones_none(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert bool(operation["security"]) == path.startswith("/api/"), path
    assert document["components"]["securitySchemes"].keys() == {"client", "bearer"}


def test_the_page_asks_no_other_server_for_anything(client: FlaskClient) -> None:
    page = client.get("/docs").text
    assert "/openapi.json" in page
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page) == []
    assert "cdn." not in page


def test_the_token_form_is_documented_as_it_is_sent(document: dict[str, Any]) -> None:
    operation = document["paths"]["/oauth/token"]["post"]
    assert list(operation["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    refusal = operation["responses"]["401"]["content"]["application/json"]["schema"]["$ref"]
    assert refusal.endswith("/TokenError")
