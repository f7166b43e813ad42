"""GET /status and GET /health/cluster where Redis is out of reach: a worker speaks for itself."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.health.picture import Picture
from app.health.reports_joined import Known, picture_of
from tests.conftest import store_of


class Page(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))


def digest_of(tag: str, page: str) -> str:
    (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_the_page_runs_and_asks_nothing_but_its_own(client: FlaskClient) -> None:
    response = client.get("/status")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert response.headers["Cache-Control"] == "no-store"
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'{digest_of('style', response.text)}'",
        "script-src": f"'{digest_of('script', response.text)}'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    page = Page(response.text)
    assert all(
        not {"style", "onclick", "src"} & attributes.keys() for _, attributes in page.elements
    )
    assert {a["href"] for tag, a in page.elements if tag == "a"} == {"/health/cluster"}


def test_the_page_needs_neither_a_script_nor_colours(client: FlaskClient) -> None:
    text = client.get("/status").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    page = Page(text)
    charts = [tag for tag, attributes in page.elements if tag == "svg"]
    assert len(charts) == text.count("<svg role=") == text.count("<title>") - 1 >= 5
    assert ("p", "polite") in [(tag, a.get("aria-live")) for tag, a in page.elements]
    assert re.search(r'<span aria-hidden="true">…</span> starting', text)


def test_without_redis_the_replica_speaks_for_itself_and_says_so(client: FlaskClient) -> None:
    body = client.get("/health/cluster").json
    assert body is not None
    assert (body["status"], body["is_complete"], body["known_at"]) == ("degraded", False, None)
    assert [replica["name"] for replica in body["replicas"]] == [body["answered_by"]]
    assert "Redis is out of reach" in client.get("/status").text


def test_the_components_and_the_figures_are_those_of_the_worker(
    app: Flask, client: FlaskClient, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.health.cluster.KEPT_SECONDS", 0)
    store_of(app).prober.run_once()
    for _ in range(2):
        client.get("/api/v1/calendars/SE/days/2026-06-19", headers=bearer)
    store_of(app).prober.run_once()
    body = client.get("/health/cluster").json
    assert body is not None
    (replica,) = body["replicas"]
    states = {name: part["status"] for name, part in replica["components"].items()}
    assert states == {
        "redis": "down",
        "sql": "up",
        "bulletin": "down",
        "revocations": "up",
        "keys": "up",
    }
    assert body["traffic"]["requests"] >= 2
    assert body["traffic"]["cache_ratio"]["gate"] > 0
    assert body["traffic"]["latency_seconds"]["p95"] > 0


def test_many_who_look_cost_one_look(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Known] = []

    def look(known: Known) -> Picture:
        looked.append(known)
        return picture_of(known)

    monkeypatch.setattr("app.health.cluster.KEPT_SECONDS", 60)
    monkeypatch.setattr("app.health.cluster.picture_of", look)
    bodies = {client.get("/status").data for _ in range(5)}
    assert (len(looked), len(bodies)) == (1, 1)


def test_no_client_and_no_secret_is_in_it(
    client: FlaskClient, bearer: dict[str, str], credentials: tuple[str, str]
) -> None:
    client.get("/api/v1/calendars/SE", headers=bearer)
    for path in ("/status", "/health/cluster"):
        text = client.get(path).text
        assert not [word for word in ("tester", *credentials) if word in text]
