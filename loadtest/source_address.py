"""Requests from several addresses of one machine, for what is counted by address.

All of 127.0.0.0/8 is this machine (RFC 1122, 3.2.1.3), and Linux lets anybody send from any of it.
"""

import socket
from typing import Any

from geventhttpclient.client import HTTPClient, HTTPClientPool


def loopback_addresses(count: int, block: int) -> list[str]:
    """Return ``count`` (up to 60,000) addresses of this machine, others for each ``block`` (0-199).

    Empty where the system lets nobody send from them.
    """
    addresses = [
        f"127.{20 + block % 200}.{number // 250}.{1 + number % 250}" for number in range(count)
    ]
    with socket.socket() as probe:
        try:
            probe.bind((addresses[0], 0))
        except (OSError, IndexError):
            return []
    return addresses


def pool_from(address: str, **options: Any) -> HTTPClientPool:
    """Return a pool of connections that come from ``address``."""
    return _PoolFrom(address, **options)


class _PoolFrom(HTTPClientPool):
    def __init__(self, address: str, **options: Any) -> None:
        super().__init__(**options)
        self._address = address

    def get_client(self, url: Any) -> HTTPClient:
        is_new = (url.host, url.port) not in self.clients
        client = super().get_client(url)
        if is_new:
            pool = client._connection_pool
            make_socket = pool._create_tcp_socket

            def bound(*kind: Any) -> Any:
                made = make_socket(*kind)
                made.bind((self._address, 0))
                return made

            vars(pool)["_create_tcp_socket"] = bound
        return client
