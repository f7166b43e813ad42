"""What is asked: the same questions by the same clients of everything that answers them."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from bench.generator import Requests

CALENDARS = ("SE", "DE", "FR", "GB", "US", "JP", "BR", "ZA")
LONGEST_STEP_DAYS = 250
FIELDS = "Host: 127.0.0.1\r\nUser-Agent: fasti-bench\r\nAccept: application/json\r\n"


def kept_paths(year: int) -> list[str]:
    """Forty questions: five days of each of the calendars, some of them days off."""
    days = (
        date(year, 1, 1),
        date(year, 3, 18),
        date(year, 5, 1),
        date(year, 8, 15),
        date(year, 12, 25),
    )
    return [f"/api/v1/calendars/{c}/days/{day}" for c in CALENDARS for day in days]


def new_paths(year: int, calendar_ids: list[str], count: int) -> list[str]:
    """Questions about single days of ``year`` and the next, whose facts are in memory, no two the
    same: of every calendar, in an order that is the same each time.

    Raises ValueError when there are fewer than ``count``.
    """
    days = [date(year, 1, 1) + timedelta(number) for number in range(730)]
    paths = [f"/api/v1/calendars/{c}/days/{day}" for c in calendar_ids for day in days]
    return random.Random(1).sample(paths, count)


def new_steps(year: int, calendar_ids: list[str]) -> Iterator[str]:
    """Questions about steps over business days, millions of them, no two the same."""
    for number in range(365):
        start = date(year, 1, 1) + timedelta(number)
        for days in range(1, LONGEST_STEP_DAYS + 1):
            for calendar in calendar_ids:
                yield f"/api/v1/calendars/{calendar}/business-days/add?start={start}&days={days}"


def bearer_heads(tokens: list[str]) -> list[bytes]:
    """The fields of a guarded request, for each token."""
    return [f"{FIELDS}Authorization: Bearer {token}\r\n\r\n".encode() for token in tokens]


def gets(paths: list[str], heads: list[bytes]) -> Requests:
    """GETs of paths."""
    return Requests([f"GET {path} HTTP/1.1\r\n".encode() for path in paths], heads, [])


def unguarded(path: str) -> Requests:
    """GETs of one path without a token."""
    return gets([path], [f"{FIELDS}\r\n".encode()])


def batches(paths: list[str], questions: int, heads: list[bytes]) -> Requests:
    """POSTs of ``questions`` questions each, no question twice."""
    bodies = [
        json.dumps(
            {"questions": [path.removeprefix("/api/v1/") for path in paths[at : at + questions]]}
        ).encode()
        for at in range(0, len(paths) - questions + 1, questions)
    ]
    return Requests(
        [_post("/api/v1/batch", "application/json", body) for body in bodies], heads, bodies
    )


def token_requests(credentials: dict[str, str]) -> Requests:
    """A token request for each client."""
    bodies = [
        urlencode(
            {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        ).encode()
        for client, secret in credentials.items()
    ]
    form = "application/x-www-form-urlencoded"
    starts = [_post("/oauth/token", form, body) for body in bodies]
    return Requests(starts, [f"{FIELDS}\r\n".encode()], bodies)


def _post(path: str, content_type: str, body: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n".encode()
    )
