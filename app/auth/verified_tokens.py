"""The tokens that were verified before: a worker knows them again without their signature.

What is remembered is that one key verified these very bytes, and what they claim. Whether that key
is still ours, the token still good and the client still welcome is asked each time.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from app.auth.keys import KeyRing
from app.auth.revocation import Revocations
from app.auth.tokens import Identity, identity_of

MAX_TOKENS = 10_000  # Some 12 MB of a worker, when so many different ones come to it.


@dataclass(frozen=True, slots=True)
class _Verified:
    """claims: those that a revocation goes by; expires_at: Unix time."""

    key_id: str
    key: EllipticCurvePublicKey
    claims: Mapping[str, Any]
    expires_at: float
    identity: Identity


class VerifiedTokens:
    """A bounded memory, by digest: no token can be read out of it. Safe between threads.

    clock_skew_seconds: how long after its expiry a token is taken, as the decoder does.
    """

    def __init__(
        self,
        keys: KeyRing,
        revocations: Revocations,
        clock_skew_seconds: float,
        *,
        max_tokens: int = MAX_TOKENS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._revocations = revocations
        self._clock_skew_seconds = clock_skew_seconds
        self._max_tokens = max_tokens
        self._now = now
        self._tokens: OrderedDict[bytes, _Verified] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._tokens)

    def remember(
        self, token: str, key_id: str, key: EllipticCurvePublicKey, claims: Mapping[str, Any]
    ) -> Identity:
        """Keep that ``key`` verified ``token``; return whom it speaks for."""
        identity = identity_of(claims)
        verified = _Verified(
            key_id,
            key,
            {name: claims.get(name) for name in ("jti", "family")},
            int(claims["exp"]),
            identity,
        )
        with self._lock:
            self._tokens[_digest(token)] = verified
            if len(self._tokens) > self._max_tokens:
                self._tokens.popitem(last=False)
        return identity

    def recall(self, token: str) -> Identity | None:
        """Return whom a token speaks for that was verified before, and would be now.

        None for any other: the library says what is wrong with it. Raises DependencyDown while
        nobody knows what was revoked.
        """
        digest = _digest(token)
        with self._lock:
            verified = self._tokens.get(digest)
            if verified is None:
                return None
            self._tokens.move_to_end(digest)
        if (
            verified.expires_at <= self._now() - self._clock_skew_seconds
            or self._keys.public_key(verified.key_id) is not verified.key
            or self._revocations.refuses(verified.claims)
        ):
            return None
        return verified.identity


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
