"""HTTP/1.1 as a strict caller speaks it: what is broken off is a failure, and nothing is repeated.

A client library would hide what is to be seen here: it repeats a request on a connection that was
closed, or takes a short body for a whole one.
"""

import asyncio
from dataclasses import dataclass

HEAD_BYTES = 65_536


class BrokenAnswer(Exception):
    """The answer ended before its end, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Names of ``headers`` are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connections:
    """Kept-alive connections to one loopback port: the one that was used last is used first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: bytes) -> Reply:
        """Send ``request`` and return the answer. Raises OSError or BrokenAnswer."""
        reader, writer = await self._connection()
        is_reusable = False
        try:
            writer.write(request)
            reply = await _read(reader)
            is_reusable = reply.headers.get("connection", "").lower() != "close"
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            raise BrokenAnswer(type(error).__name__) from error
        finally:
            if is_reusable:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return reply

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():  # Closed meanwhile, as a server may close what is idle.
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port, limit=HEAD_BYTES)


async def _read(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status_line, *lines = head[:-4].split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    if "content-length" not in headers:
        raise ValueError("an answer without a length")
    body = await reader.readexactly(int(headers["content-length"]))
    return Reply(int(status_line.split(" ")[1]), headers, body)


def written(
    method: str, path: str, headers: dict[str, str], body: bytes = b"", host: str = "127.0.0.1"
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
