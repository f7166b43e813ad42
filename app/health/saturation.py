"""What is busy and what is full in this worker, for the metrics."""

import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from app.auth import Auth
from app.cache.memory import MemoryCache
from app.facts.almanac import DATA_VERSION
from app.health.report import STARTED_AT, server_text
from app.observability import metrics
from app.observability.release import VERSION
from app.observability.tally import TALLY
from app.settings import Settings

TCP_INFO_BYTES = 104
UNACKED_OFFSET = 24  # Of a socket that listens: the connections that wait to be accepted.


class Saturation:
    """Sets the gauges of one worker. listeners: the sockets it accepts connections from."""

    def __init__(self, settings: Settings, auth: Auth, caches: Mapping[str, MemoryCache]) -> None:
        self._settings = settings
        self._auth = auth
        self._caches = caches
        self.listeners: Sequence[socket.socket] = ()

    def measure(self) -> None:
        """Look at everything once."""
        metrics.fold()
        metrics.WORKERS.set(1)
        metrics.EXPECTED_WORKERS.set(self._settings.workers)
        metrics.THREADS.set(self._settings.threads)
        metrics.BUSY_THREADS.set(TALLY.busy_threads)
        metrics.BACKLOG.set(sum(map(waiting_connections, self.listeners)))
        metrics.BUILD.labels(VERSION, DATA_VERSION, server_text(self._settings)).set(1)
        metrics.STARTED.set(STARTED_AT)
        metrics.KEY_CREATED.set(self._auth.keys.signing_key.created)
        for name, cache in self._caches.items():
            metrics.MEMORY_CACHE.labels(name).set(cache.size_bytes)
            metrics.MEMORY_CACHE_LIMIT.labels(name).set(cache.max_bytes)


def waiting_connections(listener: socket.socket) -> int:
    """How many connections wait to be accepted; 0 where the system does not tell.

    Source: ``tcp_info`` of Linux, whose ``tcpi_unacked`` is the length of the queue of a socket
    that listens (https://man7.org/linux/man-pages/man7/tcp.7.html and net/ipv4/tcp.c).
    """
    if sys.platform == "linux" and listener.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
            return int(struct.unpack_from("=I", info, UNACKED_OFFSET)[0])
    return 0
