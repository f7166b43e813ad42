"""What the load balancer asks of a replica beyond its room: a burst is answered, a queue is not.

A replica has half as much under way as it has threads. What comes beyond that carries ``HEADER``,
and is answered like all else where it has not waited for long. Who has takes a token out of a
bucket, which holds enough for a burst. More than that is a queue: it would make everybody wait, and
answer nobody sooner. After a refusal the load balancer leaves the replica out for a while, as far
as this is concerned, and refuses by itself. When it tries again, some few that had to wait at all
say that it is still too much: the bucket is a small one until there was peace.

docs/decisions/0024 has the measurements.
"""

import math
import random
import threading
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.errors.load_balancer import Overloaded
from app.errors.problem import CONTENT_TYPE
from app.json_response import json_bytes
from app.observability import metrics
from app.observability.request_id import ENVIRON_KEY as REQUEST_ID
from app.observability.request_id import HEADER as REQUEST_ID_HEADER
from app.observability.request_id import request_id_of
from app.observability.tally import TALLY

HEADER = "X-Fasti-Overflow"
"""When it was sent, in seconds since the epoch."""
ENVIRON_KEY = "HTTP_X_FASTI_OVERFLOW"
AT_ONCE = 256
AT_ONCE_AFTER_REFUSAL = (
    16  # What meets one question that takes long, at a load that is no overload.
)
PER_SECOND = 32.0
PEACE_SECONDS = 6.0  # fail_timeout of the load balancer, and a little: it tries again before.
LONG_SECONDS = 0.040
LONG_AFTER_REFUSAL_SECONDS = 0.020
MOST_RETRY_AFTER_SECONDS = 3
ROUTE = "refused"
"""In the metrics: nobody looked which route it was."""


class Overflow:
    """WSGI: refuses what is beyond the room of the replica, unless it is a burst."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._left = float(AT_ONCE)
        self._filled_at = time.monotonic()
        self._refused_at = -math.inf

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or refuse."""
        if (sent := environ.get(ENVIRON_KEY)) is None or self._takes(sent):
            return self._application(environ, start_response)
        TALLY.begin()
        try:
            metrics.count_answer(environ["REQUEST_METHOD"], ROUTE, int(Overloaded.status), 0.0)
        finally:
            TALLY.end()
        request_id = request_id_of(environ.get(REQUEST_ID, ""))
        body = json_bytes(Overloaded.example_body() | {"instance": request_id})
        start_response(
            "503 SERVICE UNAVAILABLE",
            [
                ("Content-Type", CONTENT_TYPE),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                # Who is refused together shall not come back together.
                ("Retry-After", str(random.randint(1, MOST_RETRY_AFTER_SECONDS))),  # noqa: S311
                (REQUEST_ID_HEADER, request_id),
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _takes(self, sent: str) -> bool:
        try:
            waited_seconds = time.time() - float(sent)
        except ValueError:  # Not of our load balancer.
            return True
        now = time.monotonic()
        is_peace = now - self._refused_at > PEACE_SECONDS
        if waited_seconds <= (LONG_SECONDS if is_peace else LONG_AFTER_REFUSAL_SECONDS):
            return True
        with self._lock:
            at_once = AT_ONCE if is_peace else AT_ONCE_AFTER_REFUSAL
            self._left = min(at_once, self._left + (now - self._filled_at) * PER_SECOND)
            self._filled_at = now
            if self._left < 1:
                self._refused_at = now
                return False
            self._left -= 1
            return True
