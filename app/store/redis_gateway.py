"""Redis or Valkey behind its breaker. Nothing else in Fasti opens a connection to it."""

from collections.abc import Callable
from typing import TypeVar

import redis

from app.store.breaker import Breaker

Answer = TypeVar("Answer")

LONGEST_BLOCK_SECONDS = 1.0  # Longer than any blocking call asks the server to wait.


class RedisGateway:
    """A pool of connections with short time-outs and no retries: the breaker is the policy.

    timeout_seconds: the longest wait, to connect or for an answer. ``patient`` alone may wait a
    second more, for calls that block at the server.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        # A pool of ours: a client that makes its own would try several times, with pauses.
        self.pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
        )
        self.client = redis.Redis(connection_pool=self.pool)
        # For the one thread of a worker whose call waits for news at the server.
        self.patient = redis.Redis(
            connection_pool=redis.ConnectionPool.from_url(
                url,
                socket_timeout=timeout_seconds + LONGEST_BLOCK_SECONDS,
                socket_connect_timeout=timeout_seconds,
            )
        )
        self.breaker = Breaker("redis", (redis.RedisError, OSError))

    def call(self, ask: Callable[["redis.Redis"], Answer]) -> Answer:
        """Return what ``ask`` makes of the client. Raises DependencyDown."""
        return self.breaker.call(lambda: ask(self.client))

    def close(self) -> None:
        """Let go of every connection."""
        self.pool.disconnect()
        self.patient.connection_pool.disconnect()
