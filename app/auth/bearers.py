"""Whom a bearer token speaks for: one answer for both entrances, Flask's guard and the gate."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from app.auth.client_directory import ClientDirectory
from app.auth.last_use import LastUse
from app.auth.tokens import Identity
from app.auth.verified_tokens import VerifiedTokens
from app.errors.problems import InvalidToken
from app.store.breaker import DependencyDown


def token_of(authorization: str) -> str | None:
    """Return what the header Authorization holds as a bearer token; None under another scheme.

    A scheme is the same in either case (RFC 9110, section 11.1). A header sent twice arrives as
    one, with a comma between: what comes back then is no token.
    """
    scheme, _, credentials = authorization.partition(" ")
    return credentials.strip(" ") if scheme.lower() == "bearer" else None


class Bearers:
    """Tells who bears a token, and notes that they ask."""

    def __init__(
        self, verified: VerifiedTokens, clients: ClientDirectory, last_use: LastUse
    ) -> None:
        self._verified = verified
        self._clients = clients
        self._last_use = last_use

    def known(self, token: str) -> Identity | None:
        """Return the bearer of a token that was verified before and holds; None of any other.

        Raises InvalidToken when the client is disabled or gone; DependencyDown while nobody knows
        what was revoked.
        """
        told = self._verified.recall(token)
        return None if told is None else self._welcome(told)

    def verified(
        self, token: str, key_id: str, key: EllipticCurvePublicKey, claims: Mapping[str, Any]
    ) -> Identity:
        """Return the bearer of a token that ``key`` has just verified, and know it from now on.

        Raises InvalidToken when the client is disabled or gone.
        """
        return self._welcome(self._verified.remember(token, key_id, key, claims))

    def _welcome(self, told: Identity) -> Identity:
        identity = as_of_now(told, self._clients)
        self._last_use.note(identity.client_id)
        return identity


def as_of_now(told: Identity, clients: ClientDirectory) -> Identity:
    """Return what the client of a token may do at present: its own plan, and of the scopes of the
    token those that the client still has.

    Where the client cannot be asked about, the token is believed: it is signed by us, and was true
    when it was issued. Raises InvalidToken when the client is disabled or gone.
    """
    try:
        client = clients.current(told.client_id)
    except DependencyDown:
        return told
    if client is None or client.is_disabled:
        raise InvalidToken("The client of the token is disabled or gone.")
    if told.plan == client.plan and told.scopes.issubset(client.scopes):
        return told
    return Identity(client.id, told.scopes.intersection(client.scopes), client.plan)
