"""Redis or Valkey behind its breaker. Nothing else in Fasti opens a connection to it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import redis
from redis.maint_notifications import MaintNotificationsConfig

from app.store.breaker import Breaker
from app.store.named_server import Address, NamedServer, is_name
from app.store.sentinels import EncryptedPrimaryConnection, PrimaryConnection, Sentinels

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
        self._servers: Sentinels | NamedServer | None = None
        named = redis.ConnectionPool.from_url(url).connection_kwargs
        if sentinels:
            is_encrypted = url.startswith("rediss://")
            self._servers = Sentinels(
                sentinels,
                service,
                {
                    **options,
                    "password": sentinel_password,
                    "connection_class": redis.SSLConnection if is_encrypted else redis.Connection,
                },
            )
            options["primary"] = self._servers
            options["connection_class"] = (
                EncryptedPrimaryConnection if is_encrypted else PrimaryConnection
            )
        elif url.startswith("redis://") and is_name(host := named.get("host", "localhost")):
            self._servers = NamedServer(host, named.get("port", 6379))
            options["primary"] = self._servers
            options["connection_class"] = PrimaryConnection
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
            if self._servers is not None:
                self._servers.find()
            ask()

        self.breaker.probe(find_and_ask)

    @property
    def primary(self) -> Address | None:
        """Where it was found last. Another after a failover, which may have lost the last writes.
        None for a server whose address is in its URL.
        """
        return self._servers.known_primary if self._servers else None

    def close(self) -> None:
        """Let go of every connection."""
        self.pool.disconnect()
        self.patient.connection_pool.disconnect()
        if self._servers is not None:
            self._servers.close()

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
