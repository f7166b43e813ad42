"""A head that is read by one pattern says what gunicorn reads in it, and a strange one is left."""

from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import example, given
from hypothesis import strategies as st

from deploy.plain_request import PlainRequest

PEERS = (("127.0.0.1", 40_000), ("192.0.2.1", 40_000))  # The first is trusted as a proxy.
PLAIN = (
    b"GET /api/v1/calendars/SE/days/2026-06-19?lang=sv HTTP/1.1\r\n"
    b"Host: fasti.test\r\nUser-Agent: curl/8.5 (x86_64; y)\r\nAuthorization: Bearer abc.def\r\n"
    b"X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nConnection: keep-alive\r\n\r\n"
)

starts = st.sampled_from(
    [b"GET", b"HEAD", b"POST", b"get", b"OPTIONS", b"CONNECT", b"G\xc3\x89T", b"", b"GET "]
)
targets = st.one_of(
    st.sampled_from(
        [b"/", b"//", b"/a//b", b"/?", b"/a?b?c", b"/a#b", b"/%41%zz", b"*", b"http://h/a", b"h:80"]
    ),
    st.text(st.characters(max_codepoint=255), max_size=8).map(lambda t: b"/" + t.encode("latin-1")),
)
versions = st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.1 ", b"http/1.1", b""])
names = st.sampled_from(
    [
        *(b"Host", b"host", b"Accept", b"Connection", b"Authorization", b"X-A", b"X_A", b"", b"A "),
        *(b"Content-Length", b"Transfer-Encoding", b"Expect", b"Upgrade", b"Content-Type"),
        *(b"X-Forwarded-Proto", b"X-Forwarded-Ssl", b"X-Forwarded-Protocol", b"SCRIPT_NAME"),
    ]
)
values = st.one_of(
    st.sampled_from(
        [
            *(b"close", b"keep-alive", b"0", b"3", b"chunked", b"100-continue", b"https", b"on"),
            *(b"", b" ", b"a b", b"a  b", b" a", b"a ", b"a\tb", b"a\x00b", b"\xe5", b"a: b"),
        ]
    ),
    st.binary(max_size=6),
)
ends = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n ", b""])
fields = st.builds(
    lambda name, colon, value, end: name + colon + value + end,
    *(names, st.sampled_from([b": ", b": ", b":", b" : "]), values, ends),
)
heads = st.builds(
    lambda start, target, version, lines, rest: (
        start + b" " + target + b" " + version + b"\r\n" + b"".join(lines) + b"\r\n" + rest
    ),
    *(starts, targets, versions, st.lists(fields, max_size=5)),
    st.sampled_from([b"", b"", b"abc", b"GET / HTTP/1.1\r\n\r\n"]),
)


def read(kind: type[Request], head: bytes, peer: tuple[str, int]) -> Any:
    """All that a request says, and what is left of the connection; or how it was refused."""
    unreader = IterUnreader([head[:50], head[50:]] if len(head) % 2 else [head])
    try:
        request = kind(Config(), unreader, peer)
        body = request.body.read()
    except Exception as error:  # noqa: BLE001 - whatever gunicorn raises
        return type(error)
    said = {
        name: value
        for name, value in vars(request).items()
        if name not in ("cfg", "unreader", "body", "is_plain")
    }
    return said, request.should_close(), body, unreader.read()


@given(heads, st.sampled_from(PEERS))
@example(PLAIN, PEERS[0])
@example(PLAIN, PEERS[1])
@example(PLAIN.replace(b"Connection: keep-alive", b"X-Forwarded-Ssl: off"), PEERS[0])
@example(PLAIN + b"GET", PEERS[0])
def test_it_says_what_gunicorn_says(head: bytes, peer: tuple[str, int]) -> None:
    assert read(PlainRequest, head, peer) == read(Request, head, peer)


def test_what_clients_and_nginx_send_is_plain() -> None:
    assert PlainRequest(Config(), IterUnreader([PLAIN]), PEERS[0]).is_plain


@pytest.mark.parametrize(
    "field",
    [
        *(b"Content-Length: 0", b"Transfer-Encoding: chunked", b"Expect: 100-continue"),
        *(b"Upgrade: h2c", b"Host: other.test", b"X_A: 1", b"A: b\tc", b"A:  b", b"A: b "),
        *(b"A:b", b"A: b\xe5", b"\r\n".join(b"A-%d: b" % number for number in range(40))),
        b"A: " + b"b" * 4096,
    ],
)
def test_anything_out_of_the_ordinary_is_left_to_gunicorn(field: bytes) -> None:
    head = PLAIN[:-2] + field + b"\r\n\r\n"
    assert read(PlainRequest, head, PEERS[0]) == read(Request, head, PEERS[0])
    assert is_left_to_gunicorn(head)


def is_left_to_gunicorn(head: bytes) -> bool:
    try:
        return not PlainRequest(Config(), IterUnreader([head]), PEERS[0]).is_plain
    except Exception:  # noqa: BLE001 - gunicorn refused it
        return True
