"""The limit of a client, and what every answer says of it."""

import re

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import MakeToken

PATH = "/api/v1/calendars/SE/days/2026-06-18"


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_every_answer_that_counted_says_what_is_left(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="five-an-hour"))
    for left in (4, 3):
        response = client.get(PATH, headers=headers)
        assert response.headers["RateLimit-Policy"] == '"client";q=5;w=3600'
        assert re.fullmatch(rf'"client";r={left};t=[0-9]+', response.headers["RateLimit"])
        assert response.headers["X-RateLimit-Limit"] == "5"
        assert response.headers["X-RateLimit-Remaining"] == str(left)
        assert int(response.headers["X-RateLimit-Reset"]) > 1_700_000_000


def test_an_answer_that_is_not_refused_has_no_retry_after(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    assert "Retry-After" not in client.get(PATH, headers=bearer).headers


def test_beyond_the_limit_is_429_with_retry_after(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="three-an-hour"))
    statuses = [client.get(PATH, headers=headers).status_code for _ in range(3)]
    assert statuses == [200, 200, 200]
    refused = client.get(PATH, headers=headers)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600 + 1200 + 1
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert refused.json is not None
    assert refused.json["type"] == "/problems/rate-limited"


def test_clients_do_not_use_up_each_others_limits(
    client: FlaskClient, make_token: MakeToken
) -> None:
    first = with_token(make_token("first", plan="one-an-hour"))
    second = with_token(make_token("second", plan="one-an-hour"))
    assert client.get(PATH, headers=first).status_code == 200
    assert client.get(PATH, headers=first).status_code == 429
    assert client.get(PATH, headers=second).status_code == 200


def test_the_limit_is_of_the_client_and_not_of_the_token(
    client: FlaskClient, make_token: MakeToken
) -> None:
    for expected in (200, 429):
        headers = with_token(make_token(plan="one-an-hour"))  # a new token each time
        assert client.get(PATH, headers=headers).status_code == expected


def test_an_error_counts_as_well(client: FlaskClient, make_token: MakeToken) -> None:
    headers = with_token(make_token(plan="five-an-hour"))
    response = client.get("/api/v1/calendars/XX", headers=headers)
    assert response.headers["X-RateLimit-Remaining"] == "4"


@pytest.mark.parametrize("path", ["/health/live", "/openapi.json", "/nothing/here"])
def test_what_needs_no_token_costs_nothing(client: FlaskClient, path: str) -> None:
    assert "RateLimit" not in client.get(path).headers


def test_a_request_without_a_valid_token_is_refused_before_it_is_counted(
    client: FlaskClient,
) -> None:
    response = client.get(PATH, headers=with_token("garbage"))
    assert response.status_code == 401
    assert "RateLimit" not in response.headers
