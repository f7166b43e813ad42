"""Private by default: who gets in, who does not, and with which words."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient

from app.auth import EXTENSION as AUTH
from app.auth.keys import KeyRing
from tests.api.conftest import MakeToken
from tests.conftest import add_client

PUBLIC = {
    "/health/live",
    "/health/ready",
    "/health/cluster",
    "/status",
    "/metrics",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/token",
    "/openapi.json",
    "/",
    "/docs",
    "/problems/<slug>",
    "/api/v1/data-version",
    # As in Nager.Date, whose clients have no token to send; limited per address.
    "/api/v3/AvailableCountries",
    "/api/v3/CountryInfo/<country_code>",
    "/api/v3/IsTodayPublicHoliday/<country_code>",
    "/api/v3/LongWeekend/<year>/<country_code>",
    "/api/v3/NextPublicHolidays/<country_code>",
    "/api/v3/NextPublicHolidaysWorldwide",
    "/api/v3/PublicHolidays/<year>/<country_code>",
    "/api/v3/Version",
    "/api/v4/Countries/<country_code>",
    "/api/v4/Countries/Available",
    "/api/v4/Holidays/<country_code>/<year>",
    "/api/v4/Holidays/<country_code>/Next",
    "/api/v4/IotHolidays/<iso_code>/IsToday/<offset>",
    "/api/v4/Versions",
}
GUARDED = "/api/v1/calendars/SE"


def test_every_route_outside_the_named_list_wants_a_token(app: Flask, client: FlaskClient) -> None:
    rules = {rule.rule: rule for rule in app.url_map.iter_rules()}
    assert rules.keys() >= PUBLIC
    guarded = rules.keys() - PUBLIC
    assert guarded
    for rule in guarded:
        for method in (rules[rule].methods or set()) - {"OPTIONS"}:
            response = client.open(rule.replace("<", "").replace(">", ""), method=method)
            assert response.status_code == 401, (method, rule)
            assert response.headers["WWW-Authenticate"] == 'Bearer realm="fasti"'


def test_a_view_added_without_a_word_is_guarded(app: Flask) -> None:
    app.add_url_rule("/new", view_func=lambda: "secret", endpoint="new")
    assert app.test_client().get("/new").status_code == 401


def claims(**overrides: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": "https://fasti.test",
        "aud": "fasti",
        "sub": "tester",
        "client_id": "tester",
        "scope": "calendars:read",
        "iat": now,
        "exp": now + 900,
        "jti": "1",
        "type": "access",
    }
    changed = {**whole, **overrides}
    return {name: value for name, value in changed.items() if value is not None}


@pytest.fixture
def keys(app: Flask) -> KeyRing:
    add_client(app, "tester")
    ring: KeyRing = app.extensions[AUTH].keys
    return ring


def sign(keys: KeyRing, body: dict[str, Any], **header: Any) -> str:
    kid = keys.signing_key.id
    headers = {"kid": kid, "typ": "at+jwt", **header}
    return jwt.encode(body, keys.signing_key.private, "ES256", headers=headers)


def refused(client: FlaskClient, token: str) -> None:
    response = client.get(GUARDED, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401, response.text
    assert response.content_type == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="fasti", error=')
    assert response.json is not None
    assert response.json["type"] == "/problems/invalid-token"


def test_a_whole_token_gets_in(client: FlaskClient, keys: KeyRing) -> None:
    headers = {"Authorization": f"Bearer {sign(keys, claims())}"}
    assert client.get(GUARDED, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "overrides",
    [
        {"exp": 1},
        {"aud": "another"},
        {"aud": ["another"]},
        {"iss": "https://another.test"},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"type": "refresh"},
        {"sub": "somebody"},
        {"sub": 42, "client_id": 42},
        {"scope": ["calendars:read"]},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_401(
    client: FlaskClient, keys: KeyRing, overrides: dict[str, Any]
) -> None:
    refused(client, sign(keys, claims(**overrides)))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti"])
def test_a_token_that_lacks_a_claim_is_401(client: FlaskClient, keys: KeyRing, name: str) -> None:
    refused(client, sign(keys, claims(**{name: None})))


@pytest.mark.parametrize(
    "header",
    [{"kid": "unknown"}, {"kid": "../../etc/passwd"}, {"typ": "JWT"}, {"typ": "id+jwt"}],
    ids=str,
)
def test_a_token_with_a_wrong_header_is_401(
    client: FlaskClient, keys: KeyRing, header: dict[str, Any]
) -> None:
    refused(client, sign(keys, claims(), **header))


def test_an_unsigned_token_is_401(client: FlaskClient, keys: KeyRing) -> None:
    header = {"kid": keys.signing_key.id, "typ": "at+jwt"}
    refused(client, jwt.encode(claims(), "", "none", headers=header))


def test_a_token_signed_by_hmac_with_the_public_key_is_401(
    client: FlaskClient, keys: KeyRing
) -> None:
    public_key = keys.public_key(keys.signing_key.id)
    assert public_key is not None
    pem = public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def encoded(part: bytes) -> bytes:
        return base64.urlsafe_b64encode(part).rstrip(b"=")

    header = {"alg": "HS256", "typ": "at+jwt", "kid": keys.signing_key.id}
    message = b".".join(encoded(json.dumps(part).encode()) for part in (header, claims()))
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = algorithm.sign(message, pem)  # by hand: PyJWT itself refuses such a key
    refused(client, (message + b"." + encoded(signature)).decode())


def test_a_token_signed_by_another_key_is_401(client: FlaskClient, keys: KeyRing) -> None:
    header = {"kid": keys.signing_key.id, "typ": "at+jwt"}
    other = ec.generate_private_key(ec.SECP256R1())
    refused(client, jwt.encode(claims(), other, "ES256", headers=header))


def test_a_token_changed_after_signing_is_401(client: FlaskClient, make_token: MakeToken) -> None:
    header, body, signature = make_token().split(".")
    changed = base64.urlsafe_b64encode(json.dumps(claims(sub="root")).encode()).rstrip(b"=")
    refused(client, f"{header}.{changed.decode()}.{signature}")
    refused(client, f"{header}.{body}.")


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "", "x y", "é", "." * 50, "a" * 5000])
def test_garbage_is_401_and_never_422(client: FlaskClient, token: str) -> None:
    response = client.get(GUARDED, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert response.content_type == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_scheme_is_as_good_as_none(client: FlaskClient) -> None:
    response = client.get(GUARDED, headers={"Authorization": "Basic eDp5"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="fasti"'


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_either_case(
    client: FlaskClient, make_token: MakeToken, scheme: str
) -> None:
    headers = {"Authorization": f"{scheme} {make_token()}"}
    assert client.get(GUARDED, headers=headers).status_code == 200


@pytest.mark.parametrize(("ago", "status"), [(2, 200), (60, 401)])
def test_clocks_may_differ_by_a_few_seconds(
    client: FlaskClient, keys: KeyRing, ago: int, status: int
) -> None:
    token = sign(keys, claims(exp=int(time.time()) - ago))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(GUARDED, headers=headers).status_code == status


def test_a_token_without_the_scope_is_counted_all_the_same(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = {"Authorization": f"Bearer {make_token(scopes=('other',), plan='two-an-hour')}"}
    assert [client.get(GUARDED, headers=headers).status_code for _ in range(3)] == [403, 403, 429]


def test_a_token_without_the_scope_is_403_and_told_which(
    client: FlaskClient, make_token: MakeToken
) -> None:
    token = make_token(scopes=("other",))
    response = client.get(GUARDED, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 403
    assert (
        'error="insufficient_scope", scope="calendars:read"' in response.headers["WWW-Authenticate"]
    )
