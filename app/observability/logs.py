"""Logs are JSON on standard output, one object a line, with the id of the request."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from app.observability.request_id import current_request_id


class _RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if (request_id := current_request_id()) is not None:
            record.request_id = request_id
        return True


def configure(level: str, replica: str) -> None:
    """Send every log record of the process to standard output as JSON, once."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"replica": replica},
            timestamp="time",
            json_ensure_ascii=False,
        )
    )
    handler.addFilter(_RequestIdFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
