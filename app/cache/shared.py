"""The Flask-Caching backend of all replicas: bytes in Redis, and who is making which of them.

No pickle: what is read back is never executed.
"""

import random
import zlib
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from app.cache.time_to_live import seconds_of
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

PREFIX = "fasti:answer:"
LEASE_PREFIX = "fasti:making:"
LEASE_MILLISECONDS = 2_000  # Longer than the dearest answer takes; its maker may have died.
COMPRESSED_FROM_BYTES = 1_024  # Below, the trip costs more than the bytes.
PLAIN, DEFLATED = b"=", b"z"
JITTER = 0.1


class SharedCache(BaseCache):
    """Bytes by key, each with a time to live. They differ a little, so as not to end all at once.

    Failure policy: while Redis is down nothing is found and nothing is kept; whoever asks makes the
    answer from the facts in memory instead.
    """

    def __init__(self, redis: RedisGateway, default_timeout: int) -> None:
        super().__init__(default_timeout=default_timeout)
        self._redis = redis

    @classmethod
    def factory(
        cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
    ) -> "SharedCache":
        """How Flask-Caching makes its backend."""
        return cls(kwargs["redis"], kwargs["default_timeout"])

    def get(self, key: str) -> Any:
        """Return the bytes kept under ``key``; None when there are none, or Redis is down."""
        try:
            found: Any = self._redis.call(lambda redis: redis.get(PREFIX + key))
        except DependencyDown:
            return None
        return None if found is None else _unpacked(found)

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Keep ``value`` for about ``timeout`` seconds; False when Redis is down."""
        seconds = seconds_of(timeout, self.default_timeout) * (1 - random.random() * JITTER)  # noqa: S311
        packed = _packed(value)
        try:
            return bool(
                self._redis.call(
                    lambda redis: redis.set(PREFIX + key, packed, px=int(seconds * 1000))
                )
            )
        except DependencyDown:
            return False

    def delete(self, key: str) -> bool:
        """Drop what is kept under ``key``; False when there was nothing, or Redis is down."""
        try:
            return bool(self._redis.call(lambda redis: redis.delete(PREFIX + key)))
        except DependencyDown:
            return False

    def take_lease(self, key: str) -> bool:
        """Say that the caller makes the answer; False when another does already.

        True while Redis is down: nobody can be waited for. A lease ends by itself.
        """
        try:
            return bool(
                self._redis.call(
                    lambda redis: redis.set(LEASE_PREFIX + key, b"", nx=True, px=LEASE_MILLISECONDS)
                )
            )
        except DependencyDown:
            return True

    def give_lease_back(self, key: str) -> None:
        """Let another make the answer, which the caller could not."""
        try:
            self._redis.call(lambda redis: redis.delete(LEASE_PREFIX + key))
        except DependencyDown:
            return  # It ends by itself.


def _packed(body: bytes) -> bytes:
    if len(body) >= COMPRESSED_FROM_BYTES:
        deflated = zlib.compress(body, level=1)
        if len(deflated) < len(body):
            return DEFLATED + deflated
    return PLAIN + body


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:]) if packed[:1] == DEFLATED else packed[1:]
