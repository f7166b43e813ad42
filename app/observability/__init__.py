"""What happened, for those who operate Fasti: request ids, JSON logs, metrics."""

import time

from flask import Flask, g

from app.observability import metrics
from app.observability.request_id import return_request_id, take_request_id
from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Time and name every request. The first room of all, so that the others find the id."""

    def start() -> None:
        g.started = time.perf_counter()
        take_request_id()

    app.extensions[metrics.MEMORY_CACHES] = {}
    app.before_request(start)
    app.after_request(return_request_id)
    metrics.init_app(app)
