"""Logs are JSON on standard output, one object a line, with what tells its request from others."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

from flask import g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

from app.observability.request_id import ENVIRON_KEY as REQUEST_ID
from app.observability.request_id import current_request_id
from app.observability.trace_context import new_trace_id, trace_id_of

TRACE_ID = "fasti.trace_id"


def ids_of(environ: MutableMapping[str, Any]) -> dict[str, str]:
    """What a line of the log says of a request, by the request alone: it is its ``extra``."""
    if TRACE_ID not in environ:
        environ[TRACE_ID] = trace_id_of(environ.get("HTTP_TRACEPARENT", "")) or new_trace_id()
    return {"request_id": environ[REQUEST_ID], "trace_id": environ[TRACE_ID]}


class _OfRequest(logging.Filter):
    """Adds the ids of the request that is being answered, its route and its client."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not has_request_context() or current_request_id() is None:
            return True
        record.__dict__.update(ids_of(request.environ))
        if request.url_rule is not None:
            record.route = request.url_rule.rule
        if (identity := g.get("identity")) is not None:
            record.client_id = identity.client_id
        return True


def handler(replica: str, stream: TextIO) -> logging.Handler:
    """What writes a record to ``stream`` as a line of JSON."""
    made = logging.StreamHandler(stream)
    made.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"replica": replica},
            timestamp="time",
            json_ensure_ascii=False,
        )
    )
    made.addFilter(_OfRequest())
    return made


def configure(level: str, replica: str) -> None:
    """Send every log record of the process to standard output as JSON, once."""
    root = logging.getLogger()
    root.handlers[:] = [handler(replica, sys.stdout)]
    root.setLevel(level)
