"""The head of a request as nearly all are, read by one pattern; gunicorn reads every other.

Source: RFC 9112 (HTTP/1.1, June 2022), sections 2 to 6, https://www.rfc-editor.org/rfc/rfc9112,
read 2026-11-21.
"""

import re
from typing import Any, NamedTuple

from gunicorn.http import parser
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.message import Request

# A path from the root, fields of printable characters without a space at either end, no body.
HEAD = re.compile(
    r"(GET|HEAD) (/(?!/)[!$-;=?-Z_a-z~]*) HTTP/1\.1\r\n"
    r"((?:[A-Za-z0-9-]+: [!-~]+(?: [!-~]+)*\r\n)+)\r\n"
)
FIELD = re.compile(r"([^:]+): ([^\r]+)\r\n")
# Fields that say where the request ends, or that it is to be answered in another way.
NOT_PLAIN = frozenset(("CONTENT-LENGTH", "TRANSFER-ENCODING", "EXPECT", "UPGRADE"))
MOST_BYTES = 4096
MOST_FIELDS = 40  # Both well within the limits of gunicorn.


class PlainHead(NamedTuple):
    """What a plain head says. fields: names in capitals, no name twice, none that frames a body."""

    method: str
    target: str
    fields: dict[str, str]


def plain_head(received: bytes | bytearray) -> PlainHead | None:
    """Take a request to pieces, of which ``received`` has come; None unless it is a plain head and
    nothing else.
    """
    head = HEAD.fullmatch(received.decode("latin-1")) if len(received) <= MOST_BYTES else None
    if head is None:
        return None
    lines = FIELD.findall(head[3])
    fields = {name.upper(): value for name, value in lines}
    if len(fields) < len(lines) or len(fields) > MOST_FIELDS or not NOT_PLAIN.isdisjoint(fields):
        return None
    return PlainHead(head[1], head[2], fields)


class PlainRequest(Request):  # type: ignore[misc]
    """A request that gunicorn reads field by field only where that could make a difference.

    What it says of one is what gunicorn says; tests compare them.
    """

    is_plain = False

    def set_body_reader(self) -> None:
        """Prepare to read the body, which a plain request has none of."""
        if self.is_plain:
            self.body = Body(LengthReader(self.unreader, 0))
        else:
            super().set_body_reader()

    def _parse_python(self, unreader: Any, buf: bytearray) -> bytes:
        head = plain_head(buf)
        if head is None:
            unused: bytes = super()._parse_python(unreader, buf)
            return unused
        self.is_plain = True
        self.method, self.uri, self.version = head.method, head.target, (1, 1)
        self.path, _, self.query = head.target.partition("?")
        self.fragment = ""
        self.headers = list(head.fields.items())
        if not head.fields.keys().isdisjoint(self.cfg.secure_scheme_headers):
            self._take_scheme()
        return b""

    def _take_scheme(self) -> None:
        """Believe a proxy, if it is trusted, what scheme its caller used."""
        trusted, forwarded = self._peer_trusted_for_forwarded()
        seen = [False]
        for name, value in self.headers:
            if name in trusted:
                self._apply_header_policy(name, value, seen, set(), trusted, forwarded)


def install() -> None:
    """Let gunicorn read so in this process."""
    names: Any = parser.RequestParser
    names.mesg_class = PlainRequest
