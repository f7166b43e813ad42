"""The limit of a client, and what every answer says of it."""

import re

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from tests.api.conftest import MakeToken
from tests.conftest import MakeApp

PATH = "/api/v1/calendars/SE/days/2026-06-18"


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_every_answer_that_counted_says_what_is_left(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="five-an-hour"))
    for left in (4, 3):
        response = client.get(PATH, headers=headers)
        assert response.headers["RateLimit-Policy"] == '"hour";q=5;w=3600'
        assert re.fullmatch(rf'"hour";r={left};t=[0-9]+', response.headers["RateLimit"])
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


@pytest.mark.parametrize("path", [PATH, "/api/v4/Versions", "/oauth/token", "/nothing/here"])
def test_to_ask_for_the_methods_of_a_route_costs_nothing(
    client: FlaskClient, bearer: dict[str, str], path: str
) -> None:
    response = client.options(path, headers=bearer)
    assert ("RateLimit" in response.headers) is (path == "/oauth/token")


def test_a_method_that_a_route_does_not_take_costs_nothing(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    response = client.post(PATH, headers=bearer)
    assert response.status_code == 405
    assert "RateLimit" not in response.headers


def test_a_refusal_is_logged_in_the_words_of_the_limiter_and_in_ours(
    client: FlaskClient, make_token: MakeToken, caplog: pytest.LogCaptureFixture
) -> None:
    headers = with_token(make_token(plan="one-an-hour"))
    client.get(PATH, headers=headers)
    caplog.set_level("INFO")
    assert client.get(PATH, headers=headers).status_code == 429
    limiter, ours = [record for record in caplog.records if record.levelname == "INFO"]
    assert (limiter.name, limiter.getMessage()) == (
        "flask-limiter",
        "ratelimit 1 per 3600 second (client:tester) exceeded at endpoint: global",
    )
    assert ours.getMessage().startswith("429 rate-limited: The plan one-an-hour allows 1 in 3600")


def test_a_refusal_is_our_problem_wherever_it_was_asked(make_app: MakeApp) -> None:
    client = make_app(anonymous_rate_limit="1/hour").test_client()
    client.get("/api/v3/CountryInfo/SE")
    refused = client.get("/api/v3/CountryInfo/SE")
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert refused.json is not None
    assert refused.json["plan"] == "anonymous"


def test_a_request_without_a_valid_token_is_refused_before_it_is_counted(
    client: FlaskClient,
) -> None:
    response = client.get(PATH, headers=with_token("garbage"))
    assert response.status_code == 401
    assert "RateLimit" not in response.headers


def test_every_window_of_the_plan_is_told_and_the_tightest_in_the_custom_fields(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="three-windows"))
    response = client.get(PATH, headers=headers)
    assert response.headers["RateLimit-Policy"] == (
        '"minute";q=8;w=60, "hour";q=12;w=3600, "day";q=1000;w=86400'
    )
    assert re.fullmatch(
        r'"minute";r=7;t=\d+, "hour";r=11;t=\d+, "day";r=999;t=\d+', response.headers["RateLimit"]
    )
    assert response.headers["X-RateLimit-Limit"] == "8"
    assert response.headers["X-RateLimit-Remaining"] == "7"


def test_a_refusal_names_the_window_and_the_plan(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="three-windows"))
    while (refused := client.get(PATH, headers=headers)).status_code == 200:
        pass
    assert refused.json is not None
    assert refused.json["plan"] == "three-windows"
    assert refused.json["policy"] == "minute"
    wait = refused.headers["Retry-After"]
    assert refused.json["detail"] == (
        "The plan three-windows allows 8 in 60 seconds, and the question costs 1; "
        f"wait {wait} seconds."
    )
    assert '"minute";r=0' in refused.headers["RateLimit"]


@pytest.mark.parametrize(
    ("path", "accept", "cost"),
    [
        ("/api/v1/calendars/SE/days/2026-06-18", "*/*", 1),
        ("/api/v1/calendars/SE/business-days/add?start=2026-06-18&days=1", "*/*", 1),
        ("/api/v1/me", "*/*", 1),
        ("/api/v1/calendars", "*/*", 2),
        ("/api/v1/calendars/AT/subdivisions", "*/*", 2),
        ("/api/v1/calendars/SE/business-days?from=2026-06-15&to=2026-06-22", "*/*", 2),
        ("/api/v1/calendars/SE/long-weekends?year=2026", "*/*", 2),
        ("/api/v1/calendars/SE/holidays/next", "*/*", 2),
        ("/api/v1/holidays/upcoming", "*/*", 2),
        ("/api/v1/calendars/SE/holidays?year=2026", "*/*", 2),
        ("/api/v1/calendars/SE/holidays?year=2026", "image/png", 2),
        ("/api/v1/calendars/SE/holidays.csv?year=2026", "*/*", 2),
        ("/api/v1/calendars/SE/holidays", "text/calendar", 5),
        ("/api/v1/calendars/SE/holidays.ics", "*/*", 5),
    ],
)
def test_a_question_costs_what_the_plan_says_of_its_kind(
    client: FlaskClient, make_token: MakeToken, path: str, accept: str, cost: int
) -> None:
    headers = {**with_token(make_token(plan="priced")), "Accept": accept}
    response = client.get(path, headers=headers)
    assert response.headers["X-RateLimit-Remaining"] == str(30 - cost)


def test_a_batch_costs_for_each_of_its_questions(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="priced"))
    questions = ["calendars/SE", "calendars/NO", "calendars/DE"]
    response = client.post("/api/v1/batch", json={"questions": questions}, headers=headers)
    assert response.headers["X-RateLimit-Remaining"] == "21"


def test_what_no_wait_would_help_is_422_and_has_no_retry_after(
    client: FlaskClient, make_token: MakeToken
) -> None:
    headers = with_token(make_token(plan="priced"))
    questions = ["calendars/SE"] * 11
    response = client.post("/api/v1/batch", json={"questions": questions}, headers=headers)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["type"] == "/problems/question-too-large"
    assert response.json["detail"] == (
        "The question costs 33, and the plan priced never has more than 30 for 3600 seconds: "
        "ask in smaller parts."
    )
    assert "Retry-After" not in response.headers
    assert response.headers["X-RateLimit-Remaining"] == "30"


def test_a_plan_in_shadow_mode_counts_and_reports_and_refuses_nothing(
    client: FlaskClient, make_token: MakeToken, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    headers = with_token(make_token(plan="trial"))
    before = shadowed()
    responses = [client.get(PATH, headers=headers) for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 200]
    assert [response.headers["X-RateLimit-Remaining"] for response in responses] == ["0"] * 3
    assert shadowed() == before + 2
    assert caplog.messages.count("client:tester: plan trial would refuse this") == 2


def shadowed() -> float:
    return REGISTRY.get_sample_value("fasti_rate_limit_shadowed_total", {"plan": "trial"}) or 0.0
