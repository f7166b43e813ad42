"""Every error is a problem, whoever raised it; a fault of ours says nothing of itself."""

import logging
import re
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.auth.guard import public
from app.errors.load_balancer import (
    BadGateway,
    GatewayTimeout,
    HeaderTooLarge,
    Overloaded,
    UriTooLong,
)
from app.errors.problem import Problem
from app.errors.problems import (
    InternalError,
    MethodNotAllowed,
    UnknownCalendar,
)
from tests.conftest import MakeApp

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "problems.md"
NGINX = ROOT / "deploy" / "nginx" / "templates" / "fasti-problems.conf.template"
PROBLEM_KEYS = {"type", "title", "status", "detail", "instance"}


def is_problem(response: TestResponse, status: int, slug: str) -> bool:
    body = response.json or {}
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert body.keys() >= PROBLEM_KEYS
    assert body["status"] == status
    assert body["instance"] == response.headers["X-Request-ID"]
    assert response.headers["Cache-Control"] == "no-store"
    return bool(body["type"] == f"/problems/{slug}")


def test_an_unknown_address_is_404(client: FlaskClient) -> None:
    assert is_problem(client.get("/nothing/here"), 404, "not-found")


def test_a_wrong_method_is_405_and_keeps_allow(client: FlaskClient) -> None:
    response = client.post("/health/live")
    assert is_problem(response, 405, "method-not-allowed")
    assert response.get_json()["detail"] == MethodNotAllowed.example
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_body_that_is_too_large_is_413(client: FlaskClient) -> None:
    response = client.post("/oauth/token", data={"grant_type": "x" * 300_000})
    assert is_problem(response, 413, "payload-too-large")


def test_a_fault_of_ours_is_500_and_says_only_where_to_look(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @public
    def broken() -> str:
        raise RuntimeError("postgresql://fasti:hunter2@db")

    app.add_url_rule("/broken", view_func=broken)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/broken")
    assert is_problem(response, 500, "internal-error")
    assert response.get_json()["detail"] == InternalError.example
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is not None


def test_a_refusal_is_logged_without_a_traceback(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/nothing/here")
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert record.exc_info is None


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", "line\tbreak", "ünïcödé1"])
def test_a_request_id_that_could_harm_a_log_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/health/live", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] != given
    assert len(response.headers["X-Request-ID"]) == 32


def test_a_request_id_that_is_harmless_is_kept(client: FlaskClient) -> None:
    response = client.get("/health/live", headers={"X-Request-ID": "order-4711.a"})
    assert response.headers.getlist("X-Request-ID") == ["order-4711.a"]


def test_the_type_of_a_problem_leads_to_its_meaning(client: FlaskClient) -> None:
    response = client.get("/problems/unknown-calendar")
    assert response.json == {
        "type": "/problems/unknown-calendar",
        "title": "There is no such calendar",
        "status": 404,
        "meaning": "No calendar has that id or name.",
        "remedy": UnknownCalendar.remedy,
        "example": {
            "type": "/problems/unknown-calendar",
            "title": "There is no such calendar",
            "status": 404,
            "detail": UnknownCalendar.example,
            "instance": "5f0c2b1e9d3a4c7f8e6b5a4d3c2b1a09",
        },
    }
    assert is_problem(client.get("/problems/none"), 404, "not-found")


def test_every_type_has_an_example_and_a_remedy_that_the_guide_repeats() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([0-9]+) \| `/problems/([a-z-]+)` \| .+ \| (.+) \| (.+) \|$", guide, re.M
    )
    assert sorted(rows) == sorted(
        (str(int(kind.status)), kind.slug, kind.remedy, kind.example)
        for kind in Problem.__subclasses__()
    )
    assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)


def test_a_type_is_explained_at_its_address(client: FlaskClient) -> None:
    for kind in Problem.__subclasses__():
        explained = client.get(f"/problems/{kind.slug}").get_json()
        assert explained["status"] == kind.status
        assert explained["example"]["detail"] == kind.example


def test_what_nginx_answers_is_the_example_of_its_type() -> None:
    details = dict(re.findall(r'^    ([0-9]{3}) "(.+)";$', NGINX.read_text(encoding="utf-8"), re.M))
    of_nginx_alone = (UriTooLong, HeaderTooLarge, BadGateway, Overloaded, GatewayTimeout)
    assert all(details[str(int(kind.status))] == kind.example for kind in of_nginx_alone)


def test_what_has_no_type_of_ours_is_about_blank(app: Flask) -> None:
    @public
    def teapot() -> str:
        abort(418)

    app.add_url_rule("/teapot", view_func=teapot)
    response = app.test_client().get("/teapot")
    assert response.json is not None
    assert (response.status_code, response.json["type"]) == (418, "about:blank")
    assert response.json["title"] == "I'm a teapot"


@pytest.mark.parametrize("hops", [0, 1])
def test_an_address_is_believed_from_as_many_proxies_as_there_are(
    make_app: MakeApp, hops: int
) -> None:
    from flask import request

    @public
    def address() -> str:
        return request.remote_addr or ""

    app = make_app(trusted_proxies=hops)
    app.add_url_rule("/address", view_func=address)
    forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    seen = app.test_client().get("/address", headers=forwarded).text
    assert seen == ("198.51.100.7" if hops else "127.0.0.1")
