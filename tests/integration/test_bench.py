"""The generator of the bench counts exactly, and what Fasti is compared with guards."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bench.__main__ import main
from bench.generator import Job, Requests, run
from bench.reference.glued import create_app
from tests.integration.conftest import Valkey

BODY = b"0123456789" * 20_000  # More than comes in one piece.


class _Counting(BaseHTTPRequestHandler):
    """Answers 404 to every third request, and counts what it answered."""

    protocol_version = "HTTP/1.1"
    answered: list[int]

    def do_GET(self) -> None:
        """Answer in several pieces."""
        self.answered.append(len(self.answered))
        status, body = (404, b"") if self.path == "/missing" else (200, BODY)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:70_000])
        self.wfile.flush()
        self.wfile.write(body[70_000:])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def counting_server() -> Iterator[tuple[int, list[int]]]:
    """The port of a server, and a number for each request that it answered."""
    answered: list[int] = []
    handler = type("Counting", (_Counting,), {"answered": answered})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], answered
        server.shutdown()


@pytest.mark.parametrize("per_second", [None, 200.0], ids=["closed loop", "open loop"])
def test_the_generator_counts_what_the_server_answered(
    counting_server: tuple[int, list[int]], tmp_path: Path, per_second: float | None
) -> None:
    port, answered = counting_server
    file = tmp_path / "requests.json"
    starts = [b"GET /here HTTP/1.1\r\n", b"GET /here HTTP/1.1\r\n", b"GET /missing HTTP/1.1\r\n"]
    Requests(starts, [b"Host: there\r\n\r\n"], []).save(file)
    outcome = run(Job(port, str(file), 4, 0.3, per_second=per_second))
    assert outcome.answers == len(answered) > 0
    assert outcome.body_bytes == outcome.statuses["200"] * len(BODY)
    if per_second is None:
        assert outcome.next == len(answered)
        assert set(outcome.statuses) == {"200", "404"}
    assert outcome.broken == 0
    assert outcome.percentiles["p50"] <= outcome.percentiles["p99"] <= outcome.percentiles["max"]


@pytest.fixture
def reference(valkey: Valkey, tmp_path: Path) -> FlaskClient:
    clients, answers = tmp_path / "clients.json", tmp_path / "answers.json"
    clients.write_text(json.dumps({"acme": "secret", "globex": "secret"}))
    answers.write_text(json.dumps({"/api/v1/calendars/SE/days/2026-06-19": {"calendar": "SE"}}))
    app = create_app(
        {
            "REFERENCE_REDIS_URL": valkey.url,
            "REFERENCE_JWT_SECRET": "of the reference, of 32 bytes or more",
            "REFERENCE_LIMIT": "3/minute",
            "REFERENCE_CLIENTS": str(clients),
            "REFERENCE_ANSWERS": str(answers),
        }
    )
    return app.test_client()


def log_in(reference: FlaskClient, client: str) -> dict[str, str]:
    answer = reference.post("/login", json={"client_id": client, "client_secret": "secret"})
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


DAY = "/api/v1/calendars/SE/days/2026-06-19"


def test_the_reference_wants_a_token_counts_it_and_hears_of_its_end(
    reference: FlaskClient, valkey: Valkey
) -> None:
    assert reference.get(DAY).status_code == 401
    wrong = {"client_id": "acme", "client_secret": "wrong"}
    assert reference.post("/login", json=wrong).status_code == 401

    acme = log_in(reference, "acme")
    answers = [reference.get(DAY, headers=acme) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert answers[0].json == answers[1].json == {"calendar": "SE"}

    globex = log_in(reference, "globex")
    assert reference.post("/logout", headers=globex).status_code == 200
    assert reference.get(DAY, headers=globex).status_code == 401
    with valkey.client() as client:
        assert len(list(client.scan_iter("flask_cache_*"))) == 1


@pytest.mark.long
def test_a_quick_run_measures_and_reports(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--rounds", "1", "--seconds", "0.2", "--clients", "3", "--only", "gunicorn"]
    assert main(options) == 0
    printed = capsys.readouterr().out
    for words in ("Fasti, guarded and kept", "Flask hello world", "at least 6x", "Versions"):
        assert words in printed
