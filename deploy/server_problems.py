"""What gunicorn itself refuses is a problem, in the words of the application."""

import socket
from http import HTTPStatus
from typing import Any

from gunicorn import util

from app.errors.load_balancer import HeaderTooLarge, UriTooLong
from app.errors.problem import CONTENT_TYPE, Problem
from app.errors.problems import BadRequest, InternalError
from app.json_response import json_bytes

BY_STATUS: dict[int, type[Problem]] = {
    int(kind.status): kind for kind in (UriTooLong, HeaderTooLarge, InternalError)
}
"""Whatever else it refuses could not be read."""


def write_problem(client: socket.socket, status: int, _reason: str, _message: str) -> None:
    """Answer a request that never reached the application; it has no id to be found by.

    The reason and the message of gunicorn are left out: they repeat what was sent.
    """
    kind = BY_STATUS.get(int(status), BadRequest)
    body = json_bytes(
        {
            "type": f"/problems/{kind.slug}",
            "title": kind.title,
            "status": int(kind.status),
            "detail": " ".join((kind.__doc__ or "").split()),
            "instance": None,
        }
    )
    head = (
        f"HTTP/1.1 {int(kind.status)} {HTTPStatus(kind.status).phrase}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    util.write_nonblock(client, head.encode("ascii") + body)


def install() -> None:
    """Let gunicorn answer so, in this process and those forked from it."""
    names: Any = util
    names.write_error = write_problem
