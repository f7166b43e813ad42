"""What a line of the log says of its request, whoever answers it, and what it never says."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.observability import logs
from tests.conftest import token_for

DAY = "/api/v1/calendars/SE/days/2026-06-19"
ROUTE = "/api/v1/calendars/<calendar_id>/days/<date>"
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
HEX = re.compile(r"[0-9a-f]{32}")


class Lines(io.StringIO):
    """What was logged."""

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


@pytest.fixture
def lines() -> Iterator[Lines]:
    lines = Lines()
    handler = logs.handler("replica-1", lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def trial(app: Flask) -> dict[str, str]:
    """The headers of a client whose plan is in shadow mode, and used up."""
    headers = {"Authorization": f"Bearer {token_for(app, plan='trial')}"}
    app.test_client().get("/api/v1/calendars/NO", headers=headers)
    return headers


def test_a_line_says_which_request_of_whom_on_which_route_it_is_about(
    client: FlaskClient, trial: dict[str, str], lines: Lines
) -> None:
    ids = {"X-Request-ID": "order-4711", "traceparent": TRACEPARENT}
    client.get(DAY, headers={**trial, **ids})
    line = lines.last()
    assert line["message"] == "client:tester: plan trial would refuse this"
    assert {"time", "level", "logger", "replica"} <= line.keys()
    assert (line["request_id"], line["trace_id"]) == ("order-4711", TRACE)
    assert (line["client_id"], line["route"]) == ("tester", ROUTE)


def test_the_gate_says_the_same_of_its_request(
    client: FlaskClient, trial: dict[str, str], lines: Lines
) -> None:
    client.get(DAY, headers=trial)
    response = client.get(DAY, headers={**trial, "traceparent": TRACEPARENT})
    assert response.headers["X-Fasti-Access"].startswith("gate ")
    line = lines.last()
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["trace_id"], line["client_id"]) == (TRACE, "tester")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "garbage",
        f"00-{TRACE}-b7ad6b7169203331",
        f"00-{TRACE}-b7ad6b7169203331-01-more",
        f"00-{TRACE.upper()}-b7ad6b7169203331-01",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"{TRACEPARENT}, {TRACEPARENT}",
        f'00-{TRACE[:-1]}"-b7ad6b7169203331-01',
        f"{TRACEPARENT}\\u000a",
    ],
)
def test_a_trace_that_cannot_be_read_is_replaced_by_a_new_one(
    client: FlaskClient, trial: dict[str, str], lines: Lines, given: str
) -> None:
    client.get(DAY, headers={**trial, "traceparent": given})
    assert HEX.fullmatch(lines.last()["trace_id"])
    assert lines.last()["trace_id"] != TRACE


def test_of_a_later_version_the_trace_is_kept(
    client: FlaskClient, trial: dict[str, str], lines: Lines
) -> None:
    client.get(DAY, headers={**trial, "traceparent": f"cc-{TRACE}-b7ad6b7169203331-01-more"})
    assert lines.last()["trace_id"] == TRACE


def test_what_is_logged_outside_of_a_request_is_of_none(lines: Lines) -> None:
    logging.getLogger("app").warning("redis is down")
    assert not {"request_id", "trace_id", "client_id"} & lines.last().keys()


@pytest.mark.parametrize(
    ("path", "headers", "said"),
    [
        ("/health/live", {}, "- - - /health/live"),
        ("/no/such/address", {}, "- - - unmatched"),
        (DAY, {"Authorization": "Bearer x.y.z"}, f"- - - {ROUTE}"),
        ("/api/v3/Version", {}, "made anonymous - /api/v3/Version"),
    ],
)
def test_nginx_is_told_what_to_log_of_every_answer(
    client: FlaskClient, path: str, headers: dict[str, str], said: str
) -> None:
    assert client.get(path, headers=headers).headers["X-Fasti-Access"] == said


def test_nginx_is_told_where_an_answer_came_from_and_who_asked(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    paths = (DAY, DAY, f"{DAY}?")
    said = [client.get(path, headers=bearer).headers["X-Fasti-Access"] for path in (*paths, DAY)]
    assert said[0] == f"made standard tester {ROUTE}"
    assert said[-1] == f"gate standard tester {ROUTE}"
    respelt = client.get(f"{DAY}?lang=en&lang=en", headers=bearer)
    assert "tester" in respelt.headers["X-Fasti-Access"]
    assert client.head(DAY, headers=bearer).headers["X-Fasti-Access"] == said[-1]
