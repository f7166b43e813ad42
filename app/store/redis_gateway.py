"""Redis or Valkey behind its breaker. Nothing else in Fasti opens a connection to it."""

from collections.abc import Callable
from typing import TypeVar

import redis

from app.store.breaker import Breaker

Answer = TypeVar("Answer")


class RedisGateway:
    """A pool of connections with short time-outs and no retries: the breaker is the policy.

    timeout_seconds: the longest wait, to connect or for an answer.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        # A pool of ours: a client that makes its own would try several times, with pauses.
        self.pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
        )
        self.client = redis.Redis(connection_pool=self.pool)
        self.breaker = Breaker("redis", (redis.RedisError, OSError))

    def call(self, ask: Callable[["redis.Redis"], Answer]) -> Answer:
        """Return what ``ask`` makes of the client. Raises DependencyDown."""
        return self.breaker.call(lambda: ask(self.client))
