"""Wrong secrets cost time: a little more after each, for that client id from that address alone.

A secret is 256 random bits: nobody guesses one. This keeps those who try from costing much, and
locks out nobody else: the client itself, from its own addresses, is served as before.
"""

import hashlib
from contextlib import suppress
from functools import partial
from typing import Any

import redis

from app.store import Store
from app.store.breaker import DependencyDown

FREE_FAILURES = 5  # As many as one has who mends a configuration.
LONGEST_WAIT_SECONDS = 60
FORGOTTEN_SECONDS = 3600


class WrongSecrets:
    """Counts failures in Redis, for all replicas, by client id and address; an id need not exist.

    Failure policy: while Redis is down nobody has to wait; the limit per address holds.
    """

    def __init__(self, store: Store) -> None:
        self._redis = store.redis

    def wait_seconds(self, client_id: str, address: str) -> int:
        """Seconds until that client may be tried again from that address; 0: at once."""
        key = _wait_key(client_id, address)
        try:
            left: Any = self._redis.call(lambda redis: redis.pttl(key))
        except DependencyDown:
            return 0
        return max(0, -(-int(left) // 1000))  # negative: there is no such key

    def failed(self, client_id: str, address: str) -> None:
        """Count a wrong secret. After some, each doubles the wait, from one second on."""
        with suppress(DependencyDown):
            failures = self._redis.call(partial(_count, _key(client_id, address)))
            if (over := failures - FREE_FAILURES) > 0:
                wait = min(2 ** min(over - 1, 10), LONGEST_WAIT_SECONDS)
                key = _wait_key(client_id, address)
                self._redis.call(lambda redis: redis.set(key, "1", ex=wait))

    def succeeded(self, client_id: str, address: str) -> None:
        """Forget the failures: whoever made them knows the secret."""
        key = _key(client_id, address)
        with suppress(DependencyDown):
            self._redis.call(lambda redis: redis.delete(key))


def _count(key: str, client: "redis.Redis") -> int:
    with client.pipeline() as pipeline:
        pipeline.incr(key)
        pipeline.expire(key, FORGOTTEN_SECONDS)
        answers: Any = pipeline.execute()
    return int(answers[0])


def _key(client_id: str, address: str) -> str:
    """An id may be anything that was sent, of any length."""
    who = hashlib.sha256(f"{address} {client_id}".encode()).hexdigest()
    return f"fasti:wrong-secrets:{who}"


def _wait_key(client_id: str, address: str) -> str:
    return f"{_key(client_id, address)}:wait"
