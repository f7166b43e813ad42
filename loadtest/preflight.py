"""Before the first user: does the target answer, does it know the client, what can be asked?"""

import base64
import json
import ssl
import urllib.error
import urllib.request
from datetime import date
from typing import Any
from urllib.parse import quote

from loadtest.checks import WrongAnswer, calendar_ids
from loadtest.tokens import Credentials, grant_of

TIMEOUT_SECONDS = 20.0
# What users ask about lies in between, so a calendar has to have facts for it.
FIRST, LAST = date(2025, 1, 1), date(2028, 12, 31)
QUESTIONS = 300  # in one batch


class NotReady(Exception):
    """There is nothing to measure; the message says what to do about it."""


class Service:
    """The target, as one client of it sees it before the run."""

    def __init__(self, target: str, client: Credentials) -> None:
        """Get a token. Raises NotReady when nothing answers there, or it refuses the client."""
        self._target = target
        pair = f"{client.client_id}:{client.client_secret}".encode()
        basic = {
            "Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        advice = f"does the client {client.client_id!r} exist there?"
        grant = self._ask("/oauth/token", basic, b"grant_type=client_credentials", advice=advice)
        try:
            self._bearer = {"Authorization": f"Bearer {grant_of(grant).access_token}"}
        except ValueError as error:
            raise NotReady(f"{target} answers, but not as Fasti does: {error}") from error
        self.scopes = set(str(grant.get("scope", "")).split())

    def get(self, path: str) -> Any:
        """Return the parsed JSON at ``path``. Raises NotReady."""
        return self._ask(path, self._bearer)

    def post(self, path: str, body: Any) -> Any:
        """Return the parsed answer to a POST of ``body`` as JSON. Raises NotReady."""
        headers = self._bearer | {"Content-Type": "application/json"}
        return self._ask(path, headers, json.dumps(body).encode())

    def status_of(self, path: str) -> int:
        """Return the status that a GET of ``path`` is answered with. Raises NotReady."""
        try:
            self.get(path)
        except NotReady as error:
            if isinstance(error.__cause__, urllib.error.HTTPError):
                return error.__cause__.code
            raise
        return 200

    def _ask(
        self, path: str, headers: dict[str, str], data: bytes | None = None, advice: str = ""
    ) -> Any:
        # As Locust's own users do: a local stack's certificate is signed by nobody.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        url = f"{self._target}{path}"
        request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - checked by options
        try:
            with urllib.request.urlopen(  # noqa: S310 - as above
                request, timeout=TIMEOUT_SECONDS, context=context
            ) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            told = f"; {advice}" if advice and error.code < 500 else ""
            raise NotReady(f"{url} answers {error.code} {error.reason}{told}") from error
        except ValueError as error:
            raise NotReady(f"{url} answers, but not as Fasti does: {error}") from error
        except OSError as error:
            raise NotReady(
                f"nothing answers at {self._target} ({error}); start a stack with `make up`, or"
                " name one with TARGET=http://host:port"
            ) from error


def list_calendars(target: str, client: Credentials) -> list[str]:
    """Return the ids of the calendars at ``target`` that have facts for all that users ask about.

    Raises NotReady when the target does not answer, refuses the client, or lists nothing.
    """
    service = Service(target, client)
    try:
        ids = calendar_ids(service.get("/api/v1/calendars"))
        pages = [quote(f"calendars/{one}") for one in ids]
        answers = [
            answer["body"]
            for start in range(0, len(pages), QUESTIONS)
            for answer in service.post(
                "/api/v1/batch", {"questions": pages[start : start + QUESTIONS]}
            )["answers"]
            if answer["status"] == 200
        ]
        covered = [one["id"] for one in answers if _covers(one["coverage"])]
    except (WrongAnswer, KeyError, TypeError, ValueError) as error:
        raise NotReady(f"{target} answers, but not as Fasti does: {error}") from error
    if not covered:
        raise NotReady(f"{target} has no calendar with facts from {FIRST} to {LAST}")
    return covered


def _covers(coverage: Any) -> bool:
    """Whether ``coverage`` holds all that users ask about."""
    first, last = date.fromisoformat(coverage["from"]), date.fromisoformat(coverage["to"])
    return first <= FIRST and last >= LAST
