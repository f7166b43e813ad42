"""Redis or Valkey behind its breaker. Nothing else in Fasti opens a connection to it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import redis
from redis.maint_notifications import MaintNotificationsConfig

from app.store.breaker import Breaker
from app.store.sentinels import (
    Address,
    EncryptedPrimaryConnection,
    PrimaryConnection,
    Sentinels,
)

Answer = TypeVar("Answer")

LONGEST_BLOCK_SECONDS = 1.0  # Longer than any blocking call asks the server to wait.


class RedisGateway:
    """A pool of connections with short time-outs and no retries: the breaker is the policy.

    url: whom to ask; with ``sentinels``, how to ask whoever they name: user, password, database and
    whether by TLS. They are asked in the same way, with a password of their own, or without.
    timeout_seconds: the longest wait, to connect or for an answer. ``patient`` alone may wait a
    second more, for calls that block at the server.
    """

    def __init__(
        self,
        url: str,
        timeout_seconds: float,
        sentinels: Sequence[Address] = (),
        service: str = "",
        sentinel_password: str | None = None,
    ) -> None:
        options = _options(timeout_seconds)
        self._sentinels: Sentinels | None = None
        if sentinels:
            is_encrypted = url.startswith("rediss://")
            self._sentinels = Sentinels(
                sentinels,
                service,
                {
                    **options,
                    "password": sentinel_password,
                    "connection_class": redis.SSLConnection if is_encrypted else redis.Connection,
                },
            )
            options["primary"] = self._sentinels
            options["connection_class"] = (
                EncryptedPrimaryConnection if is_encrypted else PrimaryConnection
            )
        # A pool of ours: a client that makes its own would try several times, with pauses.
        self.pool = redis.ConnectionPool.from_url(url, **options)
        self.client = redis.Redis(connection_pool=self.pool)
        # For the one thread of a worker whose call waits for news at the server.
        self.patient = redis.Redis(
            connection_pool=redis.ConnectionPool.from_url(
                url,
                **options
                | {
                    "socket_timeout": timeout_seconds + LONGEST_BLOCK_SECONDS,
                    "redis_connect_func": self._count_patient,
                },
            )
        )
        self.patient_connects = 0
        self.breaker = Breaker("redis", (redis.RedisError, OSError))

    def call(self, ask: Callable[["redis.Redis"], Answer]) -> Answer:
        """Return what ``ask`` makes of the client. Raises DependencyDown."""
        return self.breaker.call(lambda: ask(self.client))

    def probe(self, ask: Callable[[], object]) -> None:
        """Find out who is primary, ask it, and set the breaker so."""

        def find_and_ask() -> None:
            if self._sentinels is not None:
                self._sentinels.find()
            ask()

        self.breaker.probe(find_and_ask)

    @property
    def primary(self) -> Address | None:
        """Whom the Sentinels named last. Another after a failover, which may have lost the last
        writes. None without Sentinels.
        """
        return self._sentinels.known_primary if self._sentinels else None

    def close(self) -> None:
        """Let go of every connection."""
        self.pool.disconnect()
        self.patient.connection_pool.disconnect()
        if self._sentinels is not None:
            self._sentinels.close()

    def _count_patient(self, connection: redis.Connection) -> None:
        connection.on_connect()  # type: ignore[no-untyped-call]
        self.patient_connects += 1


def _options(timeout_seconds: float) -> dict[str, Any]:
    """To connect takes one trip, and no wait grows by what a server sends."""
    return {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "driver_info": None,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
