"""GET /.well-known/jwks.json: what others verify our tokens by."""

import jwt
from flask import Flask
from flask.testing import FlaskClient

from app.auth import EXTENSION as AUTH
from tests.api.conftest import MakeToken

PATH = "/.well-known/jwks.json"


def test_a_token_verifies_by_the_published_key_of_its_id(
    client: FlaskClient, make_token: MakeToken
) -> None:
    token = make_token()
    keys = jwt.PyJWKSet.from_dict(client.get(PATH).json or {})
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["ES256"], audience="fasti")
    assert claims["client_id"] == "tester"


def test_the_public_half_is_published_and_nothing_else(client: FlaskClient) -> None:
    body = client.get(PATH).json
    assert body is not None
    assert [key.keys() for key in body["keys"]] == [
        {"kty", "crv", "alg", "use", "kid", "x", "y"},
    ]


def test_a_copy_may_be_kept_for_half_the_time_until_a_key_signs(client: FlaskClient) -> None:
    response = client.get(PATH)
    assert (response.cache_control.public, response.cache_control.max_age) == (True, 15)
    again = client.get(PATH, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_token_of_a_key_that_is_forgotten_is_refused(
    app: Flask, client: FlaskClient, bearer: dict[str, str]
) -> None:
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 200
    app.extensions[AUTH].keys._verifying = {}
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 401
