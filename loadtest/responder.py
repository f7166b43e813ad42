"""A stand-in for Fasti that does next to nothing: to see what the load test itself can do.

In its world nobody has a holiday: business days are Monday to Friday. It has no limits, and takes
any client. It is a process of its own, since it shall not share the generator's.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import parse_qs, unquote

ANSWERS = "0.0-1"
CALENDARS = [
    *("US", "DE", "GB", "FR", "SE", "JP", "IN", "CA", "AU", "NL", "ES", "IT", "BR", "CH", "AT"),
    *("DE-BY", "DE-BE", "GB-ENG", "US-CA", "US-NY"),
]
NAGER = CALENDARS[:15]
ETAG = '"stand-in"'
CHECKOUT = Path(__file__).resolve().parent.parent


@contextmanager
def stand_in() -> Iterator[str]:
    """Run a stand-in and give its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "loadtest.responder"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{int(cast(IO[str], process.stdout).readline())}"
    finally:
        process.kill()
        process.wait()


class Responder(asyncio.Protocol):
    """One connection, on which requests come one after the other."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that has arrived in whole."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            request_line, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
            }
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self._received = rest[length:]
            target = request_line.split(" ")[1]
            self._transport.write(_answer(target, headers, rest[:length]))


def _answer(target: str, headers: dict[str, str], body: bytes) -> bytes:
    if headers.get("if-none-match") == ETAG:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
    path, _, query = target.partition("?")
    answer = answer_to(path, {name: values[0] for name, values in parse_qs(query).items()}, body)
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: {ETAG}\r\n"
        f'RateLimit-Policy: "minute";q=1000000;w=60\r\nContent-Length: {len(content)}\r\n\r\n'
    ).encode() + content


def answer_to(path: str, query: dict[str, str], body: bytes) -> Any:
    """Return what a Fasti without holidays would answer, as JSON or bytes."""
    match path.strip("/").split("/"):
        case ["oauth", "token"]:
            return {"access_token": "t", "token_type": "Bearer", "expires_in": 900, "scope": "r"}
        case ["health", what]:
            return {"status": what, "replica": "stand-in", "components": {"none": {}}}
        case ["api", "v3", "PublicHolidays", year, country]:
            return [_nager_holiday(country, month, year) for month in range(1, 13)]
        case ["api", "v3", "LongWeekend", *_]:
            return []
        case ["api", "v3", "AvailableCountries"]:
            return [{"countryCode": country, "name": country} for country in NAGER]
        case ["api", "v3", "IsTodayPublicHoliday", _]:
            return b""
        case ["api", "v1", "batch"]:
            return {
                "data_version": ANSWERS,
                "answers": [
                    {"question": one, "status": 200, "body": answer_to(f"/api/v1/{one}", {}, b"")}
                    for one in json.loads(body)["questions"]
                ],
            }
        case ["api", "v1", "data-version"]:
            return {"data_version": ANSWERS}
        case ["api", "v1", "calendars"]:
            return {"data_version": ANSWERS, "calendars": [{"id": one} for one in CALENDARS]}
        case ["api", "v1", "calendars", calendar, *question]:
            return _of_calendar(unquote(calendar), question, query)
    return {}


def _of_calendar(calendar: str, question: list[str], query: dict[str, str]) -> Any:
    about = {"calendar": calendar, "data_version": ANSWERS}
    match question:
        case []:
            coverage = {"from": "2000-01-01", "to": "2099-12-31"}
            return about | {"id": calendar, "coverage": coverage}
        case ["holidays.ics"]:
            event = b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n"
            return b"BEGIN:VCALENDAR\r\n" + event + b"END:VCALENDAR\r\n"
        case ["holidays"]:
            year = query["year"]
            days = [{"date": f"{year}-{month:02}-15", "name": "Ides"} for month in range(1, 13)]
            return about | {"from": f"{year}-01-01", "to": f"{year}-12-31", "holidays": days}
        case ["days", day]:
            is_off = _is_off(date.fromisoformat(day))
            reasons = [{"kind": "weekend"}] if is_off else []
            return about | {"date": day, "is_business_day": not is_off, "reasons": reasons}
        case ["business-days", "count"]:
            here, end, count = _date(query["from"]), _date(query["to"]), 0
            while here < end:
                count += not _is_off(here)
                here += timedelta(days=1)
            return about | query | {"business_days": count}
        case ["business-days", "add"]:
            here, left, skipped = _date(query["start"]), int(query["days"]), []
            while left:
                here += timedelta(days=1)
                if _is_off(here):
                    skipped.append({"date": here.isoformat()})
                else:
                    left -= 1
            return about | {
                "start": query["start"],
                "days": int(query["days"]),
                "date": here.isoformat(),
                "skipped": skipped,
            }
    return about


def _nager_holiday(country: str, month: int, year: str) -> dict[str, Any]:
    return {
        "date": f"{year}-{month:02}-15",
        "localName": "Idus",
        "name": "Ides",
        "countryCode": country,
        "fixed": False,
        "global": True,
        "counties": None,
        "launchYear": None,
        "types": ["Public"],
    }


def _is_off(day: date) -> bool:
    return day.weekday() >= 5


def _date(text: str) -> date:
    return date.fromisoformat(text)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
