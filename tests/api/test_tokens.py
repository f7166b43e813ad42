"""POST /oauth/token, as RFC 6749 has it, and what a token of RFC 9068 holds."""

import base64
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth import EXTENSION as AUTH
from tests.api.conftest import basic

GRANT = {"grant_type": "client_credentials"}
Credentials = tuple[str, str]


def part(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return decoded


def test_a_client_gets_a_token_by_http_basic(client: FlaskClient, credentials: Credentials) -> None:
    response = client.post("/oauth/token", data=GRANT, headers=basic(*credentials))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json is not None
    assert response.json["token_type"] == "Bearer"
    assert response.json["expires_in"] == 900
    assert response.json["scope"] == "calendars:read"
    bearer = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 200


def test_a_client_gets_a_token_by_the_body(client: FlaskClient, credentials: Credentials) -> None:
    form = {**GRANT, "client_id": credentials[0], "client_secret": credentials[1]}
    assert client.post("/oauth/token", data=form).status_code == 200


def test_the_token_has_the_header_and_the_claims_of_rfc_9068(
    client: FlaskClient, credentials: Credentials, app: Flask
) -> None:
    response = client.post("/oauth/token", data=GRANT, headers=basic(*credentials))
    assert response.json is not None
    token = response.json["access_token"]
    assert part(token, 0) == {
        "alg": "ES256",
        "kid": app.extensions[AUTH].keys.signing_key.id,
        "typ": "at+jwt",
    }
    claims = part(token, 1)
    assert {"iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti"} <= claims.keys()
    assert (claims["iss"], claims["aud"]) == ("https://fasti.test", "fasti")
    assert claims["sub"] == claims["client_id"] == "demo"
    assert claims["exp"] - claims["iat"] == 900


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({**GRANT, "scope": "admin"}, 400, "invalid_scope"),
        ({**GRANT, "client_secret": "x"}, 400, "invalid_request"),
    ],
)
def test_a_faulty_grant_is_refused_as_the_rfc_says(
    client: FlaskClient,
    credentials: Credentials,
    form: dict[str, str],
    status: int,
    error: str,
) -> None:
    response = client.post("/oauth/token", data=form, headers=basic(*credentials))
    assert response.status_code == status
    assert response.json is not None
    assert response.json["error"] == error
    assert response.json["error_description"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("demo", "wrong"),
        basic("nobody", "wrong"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        {"Authorization": "Basic é"},
        {"Authorization": f"Basic {base64.b64encode(b'nocolon').decode()}"},
        {"Authorization": f"Basic {base64.b64encode(bytes([0xFF, 0x3A])).decode()}"},
        {"Authorization": "Bearer x"},
    ],
)
def test_a_client_that_is_not_known_is_401_with_a_challenge(
    client: FlaskClient, credentials: Credentials, headers: dict[str, str]
) -> None:
    response = client.post("/oauth/token", data=GRANT, headers=headers)
    assert response.status_code == 401
    assert response.json is not None
    assert response.json["error"] == "invalid_client"
    assert response.headers["WWW-Authenticate"] == 'Basic realm="fasti"'


def test_an_unknown_client_and_a_wrong_secret_get_the_same_answer(
    client: FlaskClient, credentials: Credentials
) -> None:
    bodies = {
        client.post("/oauth/token", data=GRANT, headers=basic(who, "wrong")).text
        for who in ("demo", "nobody")
    }
    assert len(bodies) == 1


@pytest.mark.parametrize("body", [{"json": GRANT}, {"data": "x"}])
def test_a_body_that_is_no_form_is_refused(
    client: FlaskClient, credentials: Credentials, body: dict[str, Any]
) -> None:
    response = client.post("/oauth/token", headers=basic(*credentials), **body)
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["error"] == "invalid_request"


def test_a_repeated_parameter_is_refused(client: FlaskClient, credentials: Credentials) -> None:
    response = client.post(
        "/oauth/token",
        data="grant_type=client_credentials&grant_type=client_credentials",
        content_type="application/x-www-form-urlencoded",
        headers=basic(*credentials),
    )
    assert response.json is not None
    assert response.json["error"] == "invalid_request"


def test_tokens_are_limited_by_address(client: FlaskClient, credentials: Credentials) -> None:
    response = client.post("/oauth/token", data=GRANT, headers=basic(*credentials))
    assert response.headers["RateLimit-Policy"] == '"minute";q=600;w=60'
    assert response.headers["X-RateLimit-Remaining"] == "599"


def test_addresses_do_not_use_up_each_others_tokens(app: Flask) -> None:
    def left(address: str) -> str:
        response = app.test_client().post("/oauth/token", environ_base={"REMOTE_ADDR": address})
        return response.headers["X-RateLimit-Remaining"]

    assert [left("192.0.2.1"), left("192.0.2.1"), left("192.0.2.2")] == ["599", "598", "599"]
