"""Who may ask as a client of Nager.Date: anybody, from any page, within a limit per address."""

import re
from collections.abc import Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.nager.aspnet import AnyCase
from tests.conftest import MakeApp

PATH = "/api/v3/PublicHolidays/2026/AT"
Bearer = dict[str, str]


def ask(client: FlaskClient, path: str = PATH, address: str = "203.0.113.9") -> int:
    return client.get(path, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/publicholidays/2026/at",
        "/Api/v3/publicholidays/2026/AT",
        "/API/V3/PUBLICHOLIDAYS/2026/AT",
        "/api/v3/PublicHolidays/2026/AT/",
        "/api/v3/longweekend/2026/at",
        "/api/v3/NEXTpublicHOLIDAYSworldWide",
        "/aPi/V4/hOLIDAYS/at/2026",
        "/api/v4/holidays/AT/NEXT",
        "/api/v4/countries/AVAILABLE",
        "/api/v4/countries/at",
        "/api/v4/VERSIONS",
    ],
)
def test_paths_are_taken_in_any_case(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_case_of_a_path_changes_no_answer(client: FlaskClient) -> None:
    assert client.get("/API/v3/publicHOLIDAYS/2026/at").data == client.get(PATH).data


def test_other_paths_keep_their_case(client: FlaskClient, bearer: Bearer) -> None:
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 200
    assert client.get("/API/v1/calendars/SE", headers=bearer).status_code == 404
    assert client.get("/api/v1/Calendars/SE", headers=bearer).status_code == 404
    assert client.get("/Docs").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/v1/PUBLICHOLIDAYS", "/api/v33/VERSION", "/api/v3", "/", "", "/docs/api/v3/"]
)
def test_a_path_of_another_part_goes_on_untouched(path: str) -> None:
    seen = []

    def application(environ: dict[str, str], _start: object) -> Iterable[bytes]:
        seen.append(environ["PATH_INFO"])
        return []

    AnyCase(application, ["Version", "PublicHolidays"])({"PATH_INFO": path}, None)  # type: ignore[arg-type]
    assert seen == [path]


@pytest.mark.parametrize("path", [PATH, "/api/v4/Holidays/ZZ/2026", "/api/v3/Nothing"])
def test_a_page_of_any_origin_may_read_every_answer(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://page.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_preflight_is_granted_for_any_method_and_header(client: FlaskClient, method: str) -> None:
    asked = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, x-requested-with",
    }
    response = client.options("/api/v3/publicholidays/2026/at", headers=asked)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == method
    assert response.headers["Access-Control-Allow-Headers"] == "authorization, x-requested-with"


@pytest.mark.parametrize("path", ["/api/v1/calendars/SE", "/docs", "/health/live"])
def test_no_other_part_is_opened_to_pages_elsewhere(
    client: FlaskClient, bearer: Bearer, path: str
) -> None:
    headers = {"Origin": "https://page.example", "Access-Control-Request-Method": "GET", **bearer}
    for response in (client.get(path, headers=headers), client.options(path, headers=headers)):
        assert not [name for name in response.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


def test_an_answer_says_what_is_left_of_the_limit_of_its_address(client: FlaskClient) -> None:
    response = client.get(PATH)
    assert response.headers["RateLimit-Policy"] == '"minute";q=120;w=60'
    assert re.fullmatch(r'"minute";r=119;t=[0-9]+', response.headers["RateLimit"])


@pytest.fixture
def two_an_hour(make_app: MakeApp, app: Flask) -> FlaskClient:
    assert app  # whose fixture keeps the probes still
    return make_app(anonymous_rate_limit="2/hour").test_client()


def test_beyond_the_limit_of_its_address_is_429_with_retry_after(two_an_hour: FlaskClient) -> None:
    assert [ask(two_an_hour) for _ in range(3)] == [200, 200, 429]
    refused = two_an_hour.get(PATH, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.json is not None
    assert refused.json["type"] == "/problems/rate-limited"


def test_addresses_do_not_use_up_each_others_limits(two_an_hour: FlaskClient) -> None:
    assert [ask(two_an_hour) for _ in range(3)] == [200, 200, 429]
    assert ask(two_an_hour, address="203.0.113.10") == 200


def test_an_ipv6_network_has_one_limit(two_an_hour: FlaskClient) -> None:
    same = ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:0:abcd::3"]
    assert [ask(two_an_hour, address=address) for address in same] == [200, 200, 429]
    assert ask(two_an_hour, address="2001:db8:0:1::1") == 200


def test_both_versions_and_every_path_count_against_one_limit(two_an_hour: FlaskClient) -> None:
    paths = [PATH, "/api/v4/Versions", "/api/v3/IsTodayPublicHoliday/AT"]
    assert [ask(two_an_hour, path) for path in paths] == [200, 200, 429]


def test_a_preflight_costs_nothing(two_an_hour: FlaskClient) -> None:
    headers = {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}
    address = {"REMOTE_ADDR": "203.0.113.9"}
    for _ in range(5):
        response = two_an_hour.options(PATH, headers=headers, environ_base=address)
        assert response.status_code == 204
    assert ask(two_an_hour) == 200


def test_the_limits_of_tokens_and_of_questions_without_one_are_two(
    make_app: MakeApp, app: Flask
) -> None:
    assert app
    client = make_app(anonymous_rate_limit="1/hour", token_rate_limit="1/hour").test_client()
    assert [ask(client), ask(client)] == [200, 429]
    address = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.post("/oauth/token", environ_base=address).status_code == 400


@pytest.mark.parametrize("path", [PATH, "/api/v4/Versions", "/API/v3/version"])
def test_switched_off_there_is_nothing_at_these_addresses(
    make_app: MakeApp, app: Flask, path: str
) -> None:
    assert app
    response = make_app(nager_enabled=False).test_client().get(path)
    assert response.status_code == 404
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "RateLimit" not in response.headers
