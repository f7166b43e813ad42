"""The OpenAPI document says what the service does, and the page that shows it needs no network."""

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

UNDOCUMENTED = {"/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs", "/"}
EXAMPLES = {
    "/.well-known/jwks.json": "",
    "/.well-known/oauth-authorization-server": "",
    "/api/v1/calendars": "",
    "/api/v1/calendars/{calendar_id}": "",
    "/api/v1/calendars/{calendar_id}/subdivisions": "",
    "/api/v1/calendars/{calendar_id}/holidays": "?year=2026",
    "/api/v1/calendars/{calendar_id}/holidays.json": "?year=2026",
    "/api/v1/calendars/{calendar_id}/holidays.csv": "?year=2026",
    "/api/v1/calendars/{calendar_id}/holidays.ics": "",
    "/api/v1/calendars/{calendar_id}/days/{date}": "",
    "/api/v1/calendars/{calendar_id}/days/today": "?tz=Pacific/Auckland",
    "/api/v1/calendars/{calendar_id}/holidays/next": "?after=2026-06-01",
    "/api/v1/calendars/{calendar_id}/long-weekends": "?year=2026",
    "/api/v1/calendars/{calendar_id}/settlement": "?trade_date=2026-11-25",
    "/api/v1/holidays": "?date=2026-11-23",
    "/api/v1/holidays/upcoming": "",
    "/api/v1/calendars/{calendar_id}/business-days": "?from=2026-06-15&to=2026-06-22",
    "/api/v1/calendars/{calendar_id}/business-days/add": "?start=2026-06-18&days=1",
    "/api/v1/calendars/{calendar_id}/business-days/subtract": "?start=2026-06-22&days=1",
    "/api/v1/calendars/{calendar_id}/business-days/next": "?date=2026-06-18",
    "/api/v1/calendars/{calendar_id}/business-days/previous": "?date=2026-06-22",
    "/api/v1/calendars/{calendar_id}/business-days/adjust": "?date=2026-06-19",
    "/api/v1/calendars/{calendar_id}/business-days/count": "?from=2026-06-15&to=2026-06-22",
    "/api/v1/data-version": "",
    "/problems/{slug}": "",
    "/api/v3/AvailableCountries": "",
    "/api/v3/CountryInfo/{country_code}": "",
    "/api/v3/LongWeekend/{year}/{country_code}": "?availableBridgeDays=1",
    "/api/v3/NextPublicHolidays/{country_code}": "",
    "/api/v3/NextPublicHolidaysWorldwide": "",
    "/api/v3/PublicHolidays/{year}/{country_code}": "",
    "/api/v3/Version": "",
    "/api/v4/Countries/{country_code}": "",
    "/api/v4/Countries/Available": "",
    "/api/v4/Holidays/{country_code}/{year}": "",
    "/api/v4/Holidays/{country_code}/Next": "",
    "/api/v4/Versions": "",
    "/api/v1/me": "",
}
NO_EXAMPLE = {
    "/oauth/introspect",  # take a form
    "/oauth/revoke",
    "/oauth/token",
    "/api/v1/batch",  # takes JSON
    "/api/v1/me/usage",  # needs Redis: see tests/integration/test_usage.py
    # for administrators: tests/integration/test_administration.py
    "/api/v1/clients",
    "/api/v1/clients/{client_id}",
    "/api/v1/clients/{client_id}/secrets",
    "/api/v1/clients/{client_id}/secrets/{secret_id}",
    "/api/v1/audit-log",
    # answered without a body
    "/api/v3/IsTodayPublicHoliday/{country_code}",
    "/api/v4/IotHolidays/{iso_code}/IsToday/{offset}",
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
    assert document["paths"].keys() == rules == {*EXAMPLES, *NO_EXAMPLE}


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
    schema = operation["responses"]["200"]["content"][response.mimetype]["schema"]
    body = response.json if response.is_json else response.text
    jsonschema.validate(body, {**schema, "components": document["components"]})


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
            refusal = operation["responses"]["400"]["content"]["application/problem+json"]
            assert refusal["schema"]["$ref"].endswith("/ProblemDetails")


def test_a_problem_of_the_nager_paths_is_as_documented(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    schema = document["components"]["schemas"]["ProblemDetails"]
    for path in ("abc/US", "2026/ZZ"):
        answer = client.get(f"/api/v3/PublicHolidays/{path}").json
        jsonschema.validate(answer, {**schema, "components": document["components"]})
