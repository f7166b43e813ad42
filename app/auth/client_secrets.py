"""Secrets of clients: 256 random bits, of which only the hash is stored."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_SECRETS = 2
"""Live ones of a client at a time: the one in use, and the one that is to take its place."""

NO_SECRET = "0" * 64
"""The hash of nothing: what is compared where a client has fewer secrets, or is not known."""


@dataclass(frozen=True, slots=True)
class SecretHash:
    """What is stored of a secret. ends_at: when it is good no more; None until it is ended."""

    sha256: str
    ends_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """True while the secret is good."""
        return self.ends_at is None or self.ends_at > now


def new_secret() -> str:
    """Return a secret that nobody can guess, in 43 characters."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """The SHA-256: enough for 256 random bits, as there is no dictionary to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()


def id_of(sha256: str) -> str:
    """The id of a secret: whoever holds it can work it out, and nobody the secret from it."""
    return sha256[:8]


def is_among(secret: str, stored: Sequence[SecretHash], now: datetime) -> bool:
    """True when ``secret`` is one of the live ones in ``stored``.

    It takes the same time and work whether there are none, one or two, and whichever it is.
    """
    given = hash_of(secret)
    live = [each.sha256 for each in stored if each.is_live(now)]
    hashes = (live + [NO_SECRET] * MOST_SECRETS)[:MOST_SECRETS]
    matches = [hmac.compare_digest(each, given) for each in hashes]
    return any(matches)
