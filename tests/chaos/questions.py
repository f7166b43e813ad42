"""What the load asks: reads whose answers never change, and a few POSTs."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from urllib.parse import urlencode

from tests.chaos.load import Question
from tests.chaos.samples import READ
from tests.stack.running_stack import request

CALENDARS = ("SE", "US", "DE-BY", "GB-ENG", "JP", "CN", "FR", "US-CA", "BR", "XNYS", "SE+NO+XLON")
COUNTRIES = ("SE", "US", "DE", "GB", "JP", "FR", "BR")
DATES = ("2026-01-01", "2026-06-19", "2026-12-28", "2027-05-06")
V1 = "/api/v1/calendars"
PATHS_OF_V1 = (
    *(f"{V1}/{calendar}/days/{day}" for calendar, day in product(CALENDARS, DATES)),
    *(
        f"{V1}/{calendar}/business-days/add?start={day}&days={days}"
        for calendar, day, days in product(CALENDARS, DATES, (1, -5, 250))
    ),
    *(
        f"{V1}/{calendar}/holidays?year={year}"
        for calendar, year in product(CALENDARS, (2026, 2027))
    ),
)
PATHS_OF_NAGER = tuple(
    f"/api/v3/PublicHolidays/{year}/{country}" for year, country in product((2026, 2027), COUNTRIES)
)
BATCH = "batch"
TOKEN = "token"
REVOKE = "revoke"
POSTS = {BATCH, TOKEN, REVOKE}


def bearer(token: str) -> dict[str, str]:
    """The header that sends ``token``."""
    return {"Authorization": f"Bearer {token}"}


def client_headers(client: Mapping[str, str]) -> dict[str, str]:
    """The headers of a form that a client sends to /oauth."""
    credentials = f"{client['client_id']}:{client['client_secret']}".encode()
    return {
        "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def token_question(client: Mapping[str, str]) -> Question:
    """A request for a token."""
    form = urlencode({"grant_type": "client_credentials"})
    return Question(TOKEN, "POST", "/oauth/token", client_headers(client), form)


def revoke_question(client: Mapping[str, str], token: str) -> Question:
    """A request to end a token."""
    form = urlencode({"token": token})
    return Question(REVOKE, "POST", "/oauth/revoke", client_headers(client), form)


def captured(ports: list[int], tokens: list[str]) -> list[Question]:
    """Ask every question of each replica in ``ports``; return them with what they answered.

    Raises AssertionError where one refuses, or two differ: then nothing can be compared.
    """
    reads = [
        *(
            Question(READ, "GET", path, bearer(token))
            for path, token in product(PATHS_OF_V1, tokens)
        ),
        *(Question(READ, "GET", path, {}) for path in PATHS_OF_NAGER),
    ]
    addresses = [path.removeprefix("/api/v1/") for path in PATHS_OF_V1[::20]]
    batch = Question(
        BATCH,
        "POST",
        "/api/v1/batch",
        bearer(tokens[0]) | {"Content-Type": "application/json"},
        json.dumps({"questions": addresses}),
    )
    by_path = {question.path: question for question in [*reads, batch]}
    answers = {path: _answer(question, ports) for path, question in by_path.items()}
    return [replace(question, expected=answers[question.path]) for question in [*reads, batch]]


def _answer(question: Question, ports: list[int]) -> str:
    bodies = set()
    for port in ports:
        body = question.body.encode() or None
        answer = request(port, question.method, question.path, body, question.headers)
        assert answer.status == 200, (question.path, answer.status, answer.body)
        bodies.add(answer.body)
    assert len(bodies) == 1, f"the replicas disagree on {question.path}"
    return bodies.pop().decode()
