"""What the health endpoints say when something is down, and at the beginning and the end."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.health import draining
from app.store.breaker import PROBES_TO_OPEN
from tests.conftest import store_of


@pytest.fixture(autouse=True)
def not_draining() -> Iterator[None]:
    yield
    draining.reset()


@pytest.fixture
def looked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first round of probes be over. Redis is down here, SQL is up."""
    for _ in range(PROBES_TO_OPEN):
        store_of(app).prober.run_once()
    monkeypatch.setattr(type(store_of(app).prober), "has_looked", property(lambda _: True))


def test_live_says_that_the_process_answers(client: FlaskClient) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json) == (
        200,
        {"status": "live", "replica": "replica-1"},
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_nothing_is_ready_before_it_has_looked(client: FlaskClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "starting"


@pytest.mark.usefixtures("looked")
def test_a_replica_without_redis_is_degraded_and_takes_traffic(client: FlaskClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["status"] == "degraded"
    components = response.json["components"]
    assert {name: part["status"] for name, part in components.items()} == {
        "redis": "down",
        "sql": "up",
    }
    assert components["redis"]["since"].startswith("20")


@pytest.mark.usefixtures("looked")
def test_a_draining_replica_takes_no_traffic_and_still_answers(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    draining.start_draining()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "draining"
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 200


def test_metrics_count_by_route_and_not_by_path(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    client.get("/api/v1/calendars/SE/days/2026-06-19", headers=bearer)
    client.get("/nothing/here")
    client.open("/health/live", method="MADEUP")
    text = client.get("/metrics").text
    route = "/api/v1/calendars/<calendar_id>/days/<date>"
    assert f'fasti_http_requests_total{{method="GET",route="{route}",status="200"}}' in text
    assert 'route="unmatched",status="404"' in text
    assert "2026-06-19" not in text
    assert 'method="other"' in text
    assert "MADEUP" not in text
