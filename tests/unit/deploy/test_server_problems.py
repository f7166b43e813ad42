"""gunicorn's own refusals, byte for byte."""

import json
import socket

import pytest

from deploy.server_problems import write_problem


@pytest.mark.parametrize(
    ("status", "answered", "slug"),
    [
        (400, 400, "bad-request"),
        (403, 400, "bad-request"),
        (414, 414, "uri-too-long"),
        (417, 400, "bad-request"),
        (431, 431, "header-too-large"),
        (500, 500, "internal-error"),
        (501, 400, "bad-request"),
    ],
)
def test_a_refusal_of_gunicorn_is_a_problem(status: int, answered: int, slug: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        write_problem(ours, status, "reason <script>", "message <script>")
        ours.close()
        head, _, body = theirs.recv(65_536).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % answered)
    assert b"Content-Type: application/problem+json" in head
    assert b"Content-Length: %d\r\n" % len(body) in head
    assert json.loads(body)["type"] == f"/problems/{slug}"
    assert b"script" not in body
