"""Loopback ports: which are free, and which this stack has chosen."""

import errno
import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.errors import StackError

LOOPBACK = "127.0.0.1"
LOWEST_CHOSEN_PORT = 18_000
# Below the ports that outgoing connections take on any system. A replica that is down for a second
# must not find its port taken by a connection, and a connection to a closed port out of that range
# can even connect to itself.
HIGHEST_CHOSEN_PORT = 32_000
LINUX_OUTGOING_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
ATTEMPTS = 500


def is_free(port: int) -> bool:
    """Whether a server can listen on ``port`` of the loopback address now.

    Raises StackError when the port is one that only root may take.
    """
    with socket.socket() as probe:
        # As servers do: a connection of the last server in TIME_WAIT does not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EACCES:
                raise StackError(
                    f"Port {port} may be taken by root only. Choose one above 1023, e.g. PORT=8080."
                ) from error
            return False
    return True


def choose_port(taken: Iterable[int]) -> int:
    """Return a free port that is not in ``taken``. Raises StackError when there is none."""
    avoided = set(taken)
    highest = _highest()
    for _ in range(ATTEMPTS):
        port = random.randint(LOWEST_CHOSEN_PORT, highest)  # noqa: S311 (no secret)
        if port not in avoided and is_free(port):
            return port
    raise StackError(f"No free port between {LOWEST_CHOSEN_PORT} and {highest} was found.")


def assign_ports(
    wanted: Mapping[str, int], before: Mapping[str, int], held: Iterable[int]
) -> dict[str, int]:
    """Give every program of ``wanted`` a port.

    wanted: program name to port; 0 stands for any.
    before: the ports of the last time. One is taken again when it is still free.
    held: ports that are busy because this very stack listens on them; they count as free.
    Raises StackError when a port that was asked for by number is busy.
    """
    ours = set(held)
    assigned: dict[str, int] = {}
    for name, port in sorted(wanted.items(), key=lambda item: item[1] == 0):
        others = assigned.values()
        if port:
            if port in others:
                raise StackError(f"Port {port} is asked for twice. Choose two different ones.")
            if port not in ours and not is_free(port):
                raise StackError(_busy(name, port))
            assigned[name] = port
            continue
        last = before.get(name, 0)
        kept = last and last not in others and (last in ours or is_free(last))
        assigned[name] = last if kept else choose_port({*others, *before.values()})
    return assigned


def _busy(name: str, port: int) -> str:
    variable = "PORT_TLS" if name == "nginx-tls" else "PORT"
    another = port + 1 if port < LOWEST_CHOSEN_PORT else 0
    return (
        f"Port {port} is in use by another program. Stop that program, or choose another port:"
        f" make up {variable}={another} ({variable}=0 takes any free one)"
    )


def _highest() -> int:
    try:
        outgoing_from = int(LINUX_OUTGOING_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return HIGHEST_CHOSEN_PORT
    usable = outgoing_from > LOWEST_CHOSEN_PORT + ATTEMPTS
    return min(HIGHEST_CHOSEN_PORT, outgoing_from - 1) if usable else HIGHEST_CHOSEN_PORT
