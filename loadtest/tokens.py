"""Bearer tokens of the load's clients: asked for once, shared, renewed before they expire."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A token is renewed when this share of its life, and no more than this many seconds, is left.
RENEW_AT_SHARE_LEFT = 0.2
RENEW_AT_MOST_SECONDS_LEFT = 60.0


@dataclass(frozen=True)
class Credentials:
    """What a client shows at the token endpoint.

    role: the kind of users that act as it; None for any.
    """

    client_id: str
    client_secret: str
    role: str | None = None


@dataclass(frozen=True)
class Grant:
    """A bearer token and how long it is good for, counted from its issue."""

    access_token: str
    expires_in_seconds: float


def read_credentials(path: Path) -> list[Credentials]:
    """Return the clients in the JSON file ``path``: one object, or a list of them.

    Raises ValueError when the file holds no client or one without an id or secret, OSError when
    it cannot be read.
    """
    content: Any = json.loads(path.read_text(encoding="utf-8"))
    entries = content if isinstance(content, list) else [content]
    try:
        clients = [
            Credentials(entry["client_id"], entry["client_secret"], entry.get("role"))
            for entry in entries
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f'{path}: every client needs "client_id" and "client_secret"') from error
    if not clients:
        raise ValueError(f"{path}: holds no client")
    return clients


def grant_of(body: Any) -> Grant:
    """Return the grant in a token endpoint's answer ``body``.

    Raises ValueError when it is not a bearer token with a life of more than 0 seconds.
    """
    try:
        token, kind, seconds = body["access_token"], body["token_type"], body["expires_in"]
    except (KeyError, TypeError) as error:
        raise ValueError("the token answer lacks a field of RFC 6749, 5.1") from error
    if str(kind).lower() != "bearer" or not token or not float(seconds) > 0:
        raise ValueError("the token answer is not a live bearer token")
    return Grant(str(token), float(seconds))


class TokenSource:
    """The current token of one client, shared by all users that act as that client."""

    def __init__(
        self, credentials: Credentials, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Hold ``credentials``; nothing is asked for yet. ``clock`` counts seconds."""
        self.credentials = credentials
        self._clock = clock
        self._token = ""
        self._renew_at = float("-inf")
        self._lock = threading.Lock()

    def bearer(self, request_grant: Callable[[Credentials], Grant | None]) -> str | None:
        """Return a token that is not about to expire; None when none could be had.

        request_grant: called, by one user at a time, when the token held is missing or due. None
            from it means refused: what is held is then still given out, for as long as it lasts.
        """
        if self._clock() >= self._renew_at:
            with self._lock:
                if self._clock() >= self._renew_at:
                    self._renew(request_grant)
        return self._token or None

    def _renew(self, request_grant: Callable[[Credentials], Grant | None]) -> None:
        grant = request_grant(self.credentials)
        if grant is None:
            return
        seconds = grant.expires_in_seconds
        margin_seconds = min(RENEW_AT_MOST_SECONDS_LEFT, seconds * RENEW_AT_SHARE_LEFT)
        self._token = grant.access_token
        self._renew_at = self._clock() + seconds - margin_seconds
