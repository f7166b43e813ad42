"""What a server itself refuses is a problem, in the words of the application."""

import socket
from http import HTTPStatus
from typing import Any

from app.errors.load_balancer import HeaderTooLarge, UriTooLong
from app.errors.problem import CONTENT_TYPE, Problem
from app.errors.problems import BadRequest, InternalError
from app.json_response import json_bytes

BY_STATUS: dict[int, type[Problem]] = {
    int(kind.status): kind for kind in (UriTooLong, HeaderTooLarge, InternalError)
}
"""Whatever else it refuses could not be read."""


def problem_body(kind: type[Problem], instance: str | None = None) -> bytes:
    """Return the body for a request that the application did not answer. instance: its id."""
    return json_bytes(
        {
            "type": f"/problems/{kind.slug}",
            "title": kind.title,
            "status": int(kind.status),
            "detail": " ".join((kind.__doc__ or "").split()),
            "instance": instance,
        }
    )


def write_problem(client: socket.socket, status: int, _reason: str, _message: str) -> None:
    """Answer in the place of gunicorn's error page.

    The reason and the message of gunicorn are left out: they repeat what was sent.
    """
    from gunicorn import util

    kind = BY_STATUS.get(int(status), BadRequest)
    body = problem_body(kind)
    head = (
        f"HTTP/1.1 {int(kind.status)} {HTTPStatus(kind.status).phrase}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    util.write_nonblock(client, head.encode("ascii") + body)


def install() -> None:
    """Let gunicorn answer so, in this process and those forked from it."""
    from gunicorn import util

    names: Any = util
    names.write_error = write_problem
