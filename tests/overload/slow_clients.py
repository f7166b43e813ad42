"""Callers that hold connections and hardly use them, each kind in a process of its own.

``python -m tests.overload.slow_clients KIND COUNT PORT`` says ``open`` when all are connected, goes
on until its standard input ends, and then says how many are still held. What the server ends is
opened again, as somebody who means harm would.
"""

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from tests.chaos.load import CHECKOUT

SECONDS_APART = 1.0
OPENED_AT_ONCE = 100
OPEN_SECONDS = 60.0
FLOOD_APART_SECONDS = 0.2
HEAD = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY_HEAD = (
    b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n"
)
# nginx answers this one by itself, and keeps the connection.
NOTHING_THERE = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
TOO_LARGE = HEAD + b"".join(b"X-%d: %b\r\n" % (n, b"x" * 4000) for n in range(20)) + b"\r\n"
SMALL_WINDOW_BYTES = 4096
ASKING = asyncio.Semaphore(4)


class Ended(Exception):
    """The server has ended the connection."""


async def _send_slowly(connection: socket.socket, first: bytes) -> None:
    """Send ``first``, then a byte now and then."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, first)
    while True:
        await asyncio.sleep(SECONDS_APART)
        await loop.sock_sendall(connection, b"x")
        with suppress(BlockingIOError):
            connection.recv(4096)
            raise Ended


async def slow_head(connection: socket.socket) -> None:
    """A head that does not end."""
    await _send_slowly(connection, HEAD + b"X-Slow: ")


async def slow_body(connection: socket.socket) -> None:
    """A body of which most comes at once, and the rest a byte at a time."""
    await _send_slowly(connection, BODY_HEAD + b"x" * 199_000)


async def slow_reader(connection: socket.socket) -> None:
    """A long answer, read a byte at a time. Few ask at once: they are slow, and no crowd."""
    loop = asyncio.get_running_loop()
    async with ASKING:
        await loop.sock_sendall(connection, HEAD + b"\r\n")
        await loop.sock_recv(connection, 1)
    while await loop.sock_recv(connection, 1):
        await asyncio.sleep(SECONDS_APART)


async def idle(connection: socket.socket) -> None:
    """One answer of nginx, then nothing: kept alive for a later request."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, NOTHING_THERE)
    while await loop.sock_recv(connection, 4096):
        pass


async def flood(connection: socket.socket) -> None:
    """A head beyond every limit, again and again."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, TOO_LARGE)
    await asyncio.sleep(FLOOD_APART_SECONDS)


KINDS: dict[str, Callable[[socket.socket], Awaitable[None]]] = {
    "slow-head": slow_head,
    "slow-body": slow_body,
    "slow-reader": slow_reader,
    "idle": idle,
    "flood": flood,
}


async def _hold(kind: str, count: int, port: int) -> None:
    loop = asyncio.get_running_loop()
    opening = asyncio.Semaphore(OPENED_AT_ONCE)
    is_over = asyncio.Event()
    held: set[int] = set()
    all_open = asyncio.Event()

    async def hold_one(number: int) -> None:
        while True:
            with socket.socket() as connection, suppress(OSError, Ended):
                connection.setblocking(False)
                if kind == "slow-reader":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW_BYTES)
                async with opening:
                    await loop.sock_connect(connection, ("127.0.0.1", port))
                held.add(number)
                if len(held) == count:
                    all_open.set()
                await KINDS[kind](connection)
            held.discard(number)
            await asyncio.sleep(0.05)

    loop.add_reader(sys.stdin, is_over.set)
    tasks = [loop.create_task(hold_one(number)) for number in range(count)]
    if kind == "flood":
        await asyncio.sleep(SECONDS_APART)  # They come and go.
    else:
        await all_open.wait()
    print("open", flush=True)  # noqa: T201
    await is_over.wait()
    print(len(held), flush=True)  # noqa: T201
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Held:
    """The process that holds them. ``count``: how many were held at the end, once that came."""

    count = 0


@contextmanager
def holding(kind: str, count: int, port: int) -> Iterator[Held]:
    """Hold ``count`` connections of a kind while the context lasts."""
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "tests.overload.slow_clients", kind, str(count), str(port)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    held = Held()
    try:
        if process.stdout.readline() != b"open\n":
            raise RuntimeError(f"not all of {count} connections ({kind}) could be opened")
        yield held
        process.stdin.close()
        held.count = int(process.stdout.readline())
        process.wait(OPEN_SECONDS)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def most_connections() -> int:
    """How many connections a process may have here."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return sys.maxsize if most == resource.RLIM_INFINITY else most - 100


def main() -> None:
    """Hold what the command line says."""
    kind, count, port = sys.argv[1:]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_hold(kind, int(count), int(port)))


if __name__ == "__main__":
    main()
