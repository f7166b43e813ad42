"""What waits for a thread of a worker, and what is told to whoever waits in a queue that stands.

A queue that is empty now and then is a burst, and all in it are answered. One that has not been
empty for a second stands: it makes everybody wait and answers nobody sooner. Then who has waited
for long is refused at once, which costs a tenth of an answer.

Source: K. Nichols and V. Jacobson, "Controlling Queue Delay", ACM Queue 10 (2012) 5; B. Maurer,
"Fail at Scale", ACM Queue 13 (2015) 8, on queues of requests.
"""

import random
import time
from queue import SimpleQueue
from typing import Any

from app.errors.load_balancer import Overloaded
from app.errors.problem import CONTENT_TYPE
from app.observability import metrics
from app.observability.request_id import ACCEPTABLE
from app.observability.request_id import HEADER as REQUEST_ID
from deploy.plain_request import plain_head
from deploy.server_problems import problem_body

STANDS_SECONDS = 1.0
LONG_SECONDS = 0.015
# Where nothing was taken out for so long, the process was stopped, or its machine: no overload.
PAUSE_SECONDS = 0.25
MOST_RETRY_AFTER_SECONDS = 3
# Health is asked by those who decide whether a replica lives.
NEVER_REFUSED = "/health"


class Waiting:
    """A queue of connections; any thread may put one in, and any take one out."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[float, Any]] = SimpleQueue()
        self._empty_at = self._taken_at = time.monotonic()

    def put(self, what: Any) -> None:
        """Let it wait."""
        now = time.monotonic()
        if self._queue.empty():
            self._empty_at = now
        self._queue.put((now, what))

    def get(self) -> tuple[Any, float]:
        """Wait for the next, and return it with the seconds that it has waited in vain: 0 unless
        the queue stands.
        """
        came_at, what = self._queue.get()
        now = time.monotonic()
        if self._queue.empty() or now - self._taken_at > PAUSE_SECONDS:
            self._empty_at = now
        self._taken_at = now
        waited = now - came_at
        stands = now - self._empty_at > STANDS_SECONDS
        return what, waited if stands and waited > LONG_SECONDS else 0.0


def refusal_of(received: bytes, waited_seconds: float) -> bytes | None:
    """Return the refusal of a request, of which ``received`` has come; None where it has to be
    answered: health, whatever may not be repeated, and what cannot be read at a glance.
    """
    head = plain_head(received)
    if head is None or head.target.startswith(NEVER_REFUSED):
        return None
    given = head.fields.get(REQUEST_ID.upper(), "")
    body = problem_body(Overloaded, given if ACCEPTABLE.fullmatch(given) else None)
    metrics.count_answer(head.method, "refused", int(Overloaded.status), waited_seconds)
    lines = (
        f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
        # Who is refused together shall not come back together.
        f"Retry-After: {random.randint(1, MOST_RETRY_AFTER_SECONDS)}\r\n\r\n"  # noqa: S311
    )
    return lines.encode("ascii") + (b"" if head.method == "HEAD" else body)
