"""An answer that leaves the replica in one piece, its head looked through once."""

import re
import time
from functools import lru_cache
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi

# What gunicorn asks of each name and value (RFC 9110, section 5), asked of all lines at once.
LINES = re.compile(r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [ \t\x21-\x7e\x80-\xff]*\r\n)*")
LEFT_OUT = frozenset(util.hop_headers)

gunicorns_date = util.http_date


class WholeResponse(wsgi.Response):  # type: ignore[misc]
    """Sends the head of an answer together with its body.

    gunicorn sends them one after the other. A worker that is killed between the two leaves a 200
    without its body, and a load balancer that has read the head may not ask another replica.
    """

    sock: Any
    headers_sent: bool
    lines: str | None = None

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Take the fields as they are; gunicorn says what is wrong, or leaves some out."""
        length_at = _length_at(tuple([name for name, _ in headers]))
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
        is_one_each = lines.count("\r\n") == len(headers)
        if length_at is None or not is_one_each or not LINES.fullmatch(lines):
            super().process_headers(headers)
            return
        self.response_length = int(headers[length_at][1])
        self.headers = headers
        self.lines = lines

    def send_headers(self) -> None:
        """Send the head, once."""
        if self.headers_sent or self.lines is None or self._omits_body:
            super().send_headers()
            return
        head = f"{''.join(self.default_headers())}{self.lines}\r\n"
        util.write(self.sock, head.encode("latin-1"))
        self.headers_sent = True

    def write(self, arg: bytes) -> None:
        """Send ``arg``, with the head before it when that is not out yet."""
        if self.headers_sent:
            super().write(arg)
            return
        socket, self.sock = self.sock, _Held()
        try:
            super().write(arg)
        finally:
            held, self.sock = self.sock, socket
        socket.sendall(held.content)


@lru_cache(maxsize=256)  # They are few: those of each kind of answer.
def _length_at(names: tuple[str, ...]) -> int | None:
    """Which of the fields says how long the body is; None where gunicorn has to look at them."""
    lower = [name.lower() for name in names]
    if lower.count("content-length") != 1 or not LEFT_OUT.isdisjoint(lower):
        return None
    return lower.index("content-length")


class _Held:
    """Stands for the socket, and keeps what is sent."""

    def __init__(self) -> None:
        self.content = b""

    def sendall(self, data: bytes) -> None:
        self.content += data


def date_now(timestamp: float | None = None) -> str:
    """What the field Date says: written once a second."""
    return _date_of(int(time.time() if timestamp is None else timestamp))


@lru_cache(maxsize=4)
def _date_of(timestamp: int) -> str:
    date: str = gunicorns_date(timestamp)
    return date


def install() -> None:
    """Let gunicorn answer so, in this process and those forked from it."""
    names: Any = wsgi
    names.Response = WholeResponse
    names = util
    names.http_date = date_now
