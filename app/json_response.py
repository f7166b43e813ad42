"""JSON as Fasti writes it: UTF-8, dates as YYYY-MM-DD, keys in the order of the docs."""

from typing import Any

import orjson
from flask import Response


def json_bytes(body: Any) -> bytes:
    """Return ``body`` as JSON."""
    return orjson.dumps(body)


def json_response(
    body: Any, *, status: int = 200, content_type: str = "application/json"
) -> Response:
    """Return a response with ``body`` as JSON."""
    return Response(json_bytes(body), status=status, content_type=content_type)
