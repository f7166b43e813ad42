"""The id that a request has in the answer, in the logs of nginx and in ours."""

import random
import re

from flask import Response, g, has_request_context, request

HEADER = "X-Request-ID"
ENVIRON_KEY = "HTTP_X_REQUEST_ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current_request_id() -> str | None:
    """The id of the request being answered; None outside of one."""
    if not has_request_context():
        return None
    found: str | None = g.get("request_id")
    return found


def request_id_of(given: str) -> str:
    """Return the id that a request came with when it is harmless in a log, else a new one."""
    if ACCEPTABLE.fullmatch(given):
        return given
    return f"{random.getrandbits(128):032x}"


def take_request_id() -> None:
    """Keep the id of the request."""
    environ = request.environ
    g.request_id = environ[ENVIRON_KEY] = request_id_of(environ.get(ENVIRON_KEY, ""))


def return_request_id(response: Response) -> Response:
    """Say the id in the answer."""
    response.headers.add(HEADER, g.request_id)
    return response
