"""The whole application refuses what is beyond its room, and nothing is charged for it."""

import pytest
from flask.testing import FlaskClient

from app.gate.overflow import AT_ONCE, HEADER, ROUTE
from tests.conftest import metric

PATH = "/api/v3/PublicHolidays/2026/SE"
LATE = {HEADER: "1790000000.000"}  # Long ago.


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_beyond_its_room_and_lasts_is_refused(client: FlaskClient, method: str) -> None:
    labels = {"method": method, "route": ROUTE, "status": "503"}
    before = metric("fasti_http_requests_total", **labels)
    answers = [client.open(PATH, method=method, headers=LATE) for _ in range(2 * AT_ONCE)]
    assert 503 not in {answer.status_code for answer in answers[:AT_ONCE]}
    assert answers[-1].status_code == 503
    assert answers[-1].get_json()["type"] == "/problems/overloaded"
    refused = sum(answer.status_code == 503 for answer in answers)
    assert metric("fasti_http_requests_total", **labels) - before == refused


def test_who_is_refused_is_charged_nothing(client: FlaskClient) -> None:
    for _ in range(2 * AT_ONCE):  # Health costs nothing.
        client.get("/health/live", headers=LATE)
    left = int(client.get(PATH).headers["X-RateLimit-Remaining"])
    assert client.get(PATH, headers=LATE).status_code == 503
    assert int(client.get(PATH).headers["X-RateLimit-Remaining"]) == left - 1
