"""Access tokens: what is in them, and who a verified one speaks for.

Source: RFC 9068 (JWT Profile for OAuth 2.0 Access Tokens, October 2021), read 2026-11-21.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_jwt_extended import create_access_token

from app.auth.clients import DEFAULT_PLAN, Client

REQUIRED_CLAIMS = ("iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a request speaks for. plan: the name of its plan."""

    client_id: str
    scopes: frozenset[str]
    plan: str


def issue_token(
    client: Client, scopes: tuple[str, ...], lifetime_seconds: int, family: str | None = None
) -> str:
    """Return a signed access token for ``client``, good for ``lifetime_seconds``.

    family: of the refresh tokens that it comes with; it ends with them.
    """
    claims = {"client_id": client.id, "scope": " ".join(scopes), "plan": client.plan}
    if family is not None:
        claims["family"] = family
    token: str = create_access_token(
        client.id,  # A string: anything else signs, and then no verifier takes it (PyJWT).
        additional_claims=claims,
        expires_delta=timedelta(seconds=lifetime_seconds),
    )
    return token


def is_complete(claims: dict[str, Any]) -> bool:
    """True when a token has every claim of RFC 9068, each of the right kind."""
    return (
        all(claims.get(name) is not None for name in REQUIRED_CLAIMS)
        and isinstance(claims["client_id"], str)
        and isinstance(claims["scope"], str)
        and claims["client_id"] == claims["sub"]
    )


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Return whom verified ``claims`` speak for."""
    return Identity(
        claims["client_id"],
        frozenset(claims["scope"].split()),
        claims.get("plan", DEFAULT_PLAN),
    )
