"""The OpenAPI document says what the service does, and the page that shows it needs no network."""

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

UNDOCUMENTED = {
    "/health/live",
    "/health/ready",
    "/health/cluster",
    "/status",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/",
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
    assert document["paths"].keys() == rules


def test_guarded_operations_name_the_scheme_and_public_ones_none(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        is_guarded = path.startswith("/api/v1/") and path != "/api/v1/data-version"
        for operation in operations.values():
            assert bool(operation["security"]) == is_guarded, path
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
    assert refusal.endswith("/OAuthError")


def test_an_answer_without_a_body_is_documented_without_one(document: dict[str, Any]) -> None:
    for path in (
        "/api/v3/IsTodayPublicHoliday/{country_code}",
        "/api/v4/Holidays/{country_code}/Next",
    ):
        responses = document["paths"][path]["get"]["responses"]
        assert "content" not in responses["204"]


def test_the_paths_of_nager_have_a_tag_and_problems_of_their_own(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        if path.startswith(("/api/v3/", "/api/v4/")):
            operation = operations["get"]
            assert operation["tags"] == ["nager"]
            for status in operation["responses"].keys() & {"400", "404"}:
                refusal = operation["responses"][status]["content"]["application/problem+json"]
                assert refusal["schema"]["$ref"].endswith("/ProblemDetails")


def test_a_problem_of_the_nager_paths_is_as_documented(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    schema = document["components"]["schemas"]["ProblemDetails"]
    for path in ("abc/US", "2026/ZZ"):
        answer = client.get(f"/api/v3/PublicHolidays/{path}").json
        jsonschema.validate(answer, {**schema, "components": document["components"]})
