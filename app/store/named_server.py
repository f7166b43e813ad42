"""The address of a server that is known by name.

A name that is gone, as that of a container that died, takes seconds to be found out: Docker's
resolver was seen to take twenty. No request may wait for that, so the prober of a worker looks it
up, and a connection is made to what it found last.
"""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass

CONNECT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int


class NamedServer:
    """One server. Failure policy: while its name is not found, the address found last is asked."""

    def __init__(self, host: str, port: int) -> None:
        self._name = Address(host, port)
        self.known_primary: Address | None = None

    def primary(self) -> Address:
        """Return its address as found last; looks it up the first time. Raises OSError."""
        if self.known_primary is None:
            self.known_primary = resolved(self._name)
        return self.known_primary

    def find(self) -> None:
        """Look its name up. Takes as long as the resolver does: nothing for a request to do."""
        try:
            self.known_primary = resolved(self._name)
        except OSError:
            return

    def close(self) -> None:
        """There is nothing to let go of."""


def resolved(address: Address) -> Address:
    """Return the same with an address in place of the name: of several, the first that takes a
    connection, such as 127.0.0.1 where nobody listens on ::1. Raises OSError.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    several = [Address(str(place[0]), address.port) for *_, place in found]
    if len(several) > 1:
        for each in several:
            with suppress(OSError):
                socket.create_connection((each.host, each.port), CONNECT_SECONDS).close()
                return each
    return several[0]


def is_name(host: str) -> bool:
    """True for a host that has to be looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False
