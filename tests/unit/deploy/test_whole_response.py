"""The head and the body of an answer go out in one piece, and as gunicorn would send them."""

from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.http import wsgi

from deploy.whole_response import WholeResponse, date_now


class Socket:
    """Keeps apart what was sent apart."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self.pieces.append(data)


def answer(kind: type[wsgi.Response], headers: list[tuple[str, str]], *body: bytes) -> list[bytes]:
    request = SimpleNamespace(method="GET", version=(1, 1), should_close=lambda: False)
    socket = Socket()
    response: Any = kind(request, socket, SimpleNamespace(protocol="http", sendfile=False))
    response.start_response("200 OK", headers)
    for piece in body:
        response.write(piece)
    response.close()
    return socket.pieces


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gunicorn.util.http_date", lambda: "Fri, 19 Jun 2026 00:00:00 GMT")


def test_head_and_body_are_one_piece() -> None:
    (piece,) = answer(WholeResponse, [("Content-Length", "2")], b"ok")
    assert piece.startswith(b"HTTP/1.1 200 OK\r\n")
    assert piece.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([("Content-Length", "2")], (b"ok",)),
        ([("Content-Length", "4")], (b"ok", b"ok")),
        ([("Content-Length", "0")], ()),
        ([], (b"in", b"chunks")),
        (
            [("content-LENGTH", "2"), ("Vary", "Accept"), ("X-Name", "M\xe5ndag"), ("X-None", "")],
            (b"ok",),
        ),
        # Those of a connection are the server's own.
        ([("Content-Length", "2"), ("Connection", "close"), ("Date", "never")], (b"ok",)),
    ],
)
def test_the_bytes_are_those_that_gunicorn_sends(
    headers: list[tuple[str, str]], body: tuple[bytes, ...]
) -> None:
    whole, plain = (answer(kind, headers, *body) for kind in (WholeResponse, wsgi.Response))
    assert b"".join(whole) == b"".join(plain)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "one\r\nX-B: two"),
        ("X-A", "one\r\n\r\nbody"),
        ("X-A", "one\n"),
        ("X-A", "nul\0"),
        ("X A", "one"),
        ("X-A: one\r\nX-B", "two"),
        ("", "one"),
        ("X-A", "\u20ac"),
    ],
)
def test_what_gunicorn_refuses_is_refused(name: str, value: str) -> None:
    headers = [("Content-Length", "2"), (name, value)]
    for kind in (WholeResponse, wsgi.Response):
        with pytest.raises(Exception, match=r"(?i)x-a|'x a'|''"):
            answer(kind, headers, b"ok")


def test_the_date_is_written_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([1_781_870_399.2, 1_781_870_399.9, 1_781_870_400.1])
    monkeypatch.setattr("deploy.whole_response.time.time", lambda: next(moments))
    dates = [date_now() for _ in range(3)]
    assert dates == [
        "Fri, 19 Jun 2026 11:59:59 GMT",
        "Fri, 19 Jun 2026 11:59:59 GMT",
        "Fri, 19 Jun 2026 12:00:00 GMT",
    ]
