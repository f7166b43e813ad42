"""Which server of a replicated Redis is the primary, by the word of its Sentinels.

redis-py's own Sentinel pool asks them whenever a connection is made, one after the other: a request
could wait for three of them that hang. Here the prober of a worker asks; a request goes to whom it
found last.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis

from app.observability import metrics
from app.store.named_server import Address, NamedServer, resolved

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Word:
    """What one Sentinel says: who is primary, since which epoch of the configuration."""

    epoch: int
    primary: Address


class Sentinels:
    """Asks all Sentinels of a service and believes the newest word. Safe between threads.

    A Sentinel that was cut off tells of an old primary: its epoch is lower. Where half of them or
    fewer answer, only news is believed. connection: options of the connections to them.
    Failure policy: while none answers the primary found last is asked on.
    """

    def __init__(
        self, addresses: Sequence[Address], service: str, connection: dict[str, Any]
    ) -> None:
        self._service = service
        self._is_encrypted = issubclass(connection["connection_class"], redis.SSLConnection)
        self._clients = [
            redis.Redis(
                connection_pool=redis.ConnectionPool(
                    host=address.host, port=address.port, **connection
                )
            )
            for address in addresses
        ]
        self._known: Word | None = None
        self._answering = len(addresses)
        self._lock = threading.Lock()

    def primary(self) -> Address:
        """Return where the primary listens, as found last; looks for it the first time.

        Raises redis.ConnectionError where no Sentinel ever named one.
        """
        if self._known is None:
            self.find()
        if self._known is None:
            raise redis.ConnectionError("no Sentinel names a primary")
        return self._known.primary

    @property
    def known_primary(self) -> Address | None:
        """The same, asking nobody; None before it was found."""
        return self._known.primary if self._known else None

    def find(self) -> None:
        """Ask every Sentinel. Costs a time-out for each that hangs: nothing for a request to do."""
        words = [word for client in self._clients if (word := self._word_of(client))]
        with self._lock:
            self._note(len(words))
            newest = max(words, key=lambda word: word.epoch, default=None)
            if newest is None or newest == self._known:
                return
            is_majority = 2 * len(words) > len(self._clients)
            if self._known is None or is_majority or newest.epoch > self._known.epoch:
                self._known = newest
                logger.info("redis: %s:%d is primary", newest.primary.host, newest.primary.port)

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients:
            client.connection_pool.disconnect()

    def _word_of(self, client: "redis.Redis") -> Word | None:
        try:
            pipeline = client.pipeline(transaction=False)
            # Not the address in the second answer: until a failover is over it is the old one.
            pipeline.sentinel_get_master_addr_by_name(self._service)
            pipeline.sentinel_master(self._service)
            named, state = pipeline.execute()
            host, port = named
            address = Address(_text(host), int(port))
            # A certificate is for the name itself.
            found = address if self._is_encrypted else resolved(address)
            return Word(int(state["config-epoch"]), found)
        except (redis.RedisError, OSError, TypeError, KeyError, ValueError):
            return None  # It does not answer, or does not know the service.

    def _note(self, answering: int) -> None:
        metrics.SENTINELS.labels(self._service).set(answering)
        if answering == self._answering:
            return
        self._answering = answering
        level = logging.INFO if answering == len(self._clients) else logging.WARNING
        logger.log(level, "redis: %d of %d Sentinels answer", answering, len(self._clients))


class PrimaryConnection(redis.Connection):
    """A connection to whoever is primary; to another when that changed since it was used last.

    primary: says who is.
    """

    def __init__(self, *, primary: Sentinels | NamedServer, **options: Any) -> None:
        self._primary = primary
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def connect(self) -> None:
        """Connect, unless it is connected to the primary. Raises redis.ConnectionError."""
        address = self._primary.primary()
        if (self.host, self.port) != (address.host, address.port):
            self.disconnect()  # type: ignore[no-untyped-call]
            self.host, self.port = address.host, address.port
        super().connect()  # type: ignore[no-untyped-call]


class EncryptedPrimaryConnection(PrimaryConnection, redis.SSLConnection):
    """The same by TLS."""


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
