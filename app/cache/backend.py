"""The Flask-Caching backend: bytes in Redis. No pickle: what is read back is never executed."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

PREFIX = "fasti:answer:"


class SharedCache(BaseCache):
    """Bytes by key, each with a time to live.

    Failure policy: while Redis is down nothing is found and nothing is kept; the answer is made
    from the facts in memory instead.
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
            found = self._redis.call(lambda redis: redis.get(PREFIX + key))
        except DependencyDown:
            return None
        return found

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Keep ``value`` for ``timeout`` seconds, or the default; False when Redis is down."""
        seconds = timeout or self.default_timeout
        try:
            return bool(self._redis.call(lambda redis: redis.set(PREFIX + key, value, ex=seconds)))
        except DependencyDown:
            return False

    def delete(self, key: str) -> bool:
        """Drop what is kept under ``key``; False when there was nothing, or Redis is down."""
        try:
            return bool(self._redis.call(lambda redis: redis.delete(PREFIX + key)))
        except DependencyDown:
            return False
