"""What a client is told about its limit: in every answer that counted, refused or not.

Source: draft-ietf-httpapi-ratelimit-headers-10 (Internet-Draft, not an RFC), read 2026-11-21, for
``RateLimit`` and ``RateLimit-Policy``; the ``X-RateLimit-*`` fields are the common custom.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response
from flask_limiter import RateLimitExceeded

from app.errors.handlers import on_problem
from app.errors.problems import RateLimited
from app.observability import metrics

RETRY_DURING_OUTAGE_SECONDS = 5
"""For a worker that counts by itself: Redis may be back then, or another have more left."""


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window counter as it stands.

    policy: the name of the limit. limit: what it allows in window_seconds; effective_limit: what
    of it this worker may admit. The previous window weighs in for previous_seconds more, the
    current one counts for current_seconds more, and is the current one until window_seconds before.
    """

    policy: str
    limit: int
    effective_limit: int
    window_seconds: int
    previous_count: int
    previous_seconds: float
    current_count: int
    current_seconds: float

    @property
    def remaining(self) -> int:
        """How many requests would be admitted now, one after the other."""
        weighted = self.previous_count * self.previous_seconds / self.window_seconds
        return max(0, self.effective_limit - math.floor(weighted) - self.current_count)

    @property
    def reset_seconds(self) -> int:
        """Whole seconds until the current window ends, and what it counted begins to fade."""
        return max(0, math.ceil(self.current_seconds - self.window_seconds))

    @property
    def retry_after_seconds(self) -> int:
        """Whole seconds after which one request is admitted, when none is made meanwhile."""
        if self.remaining > 0:
            return 0
        if self.effective_limit < self.limit:
            return RETRY_DURING_OUTAGE_SECONDS
        if self.current_count < self.effective_limit:
            # Enough of the previous window has to fade to leave room for one.
            room = self.effective_limit - self.current_count
            wait = self.previous_seconds - room * self.window_seconds / self.previous_count
        else:
            # The current window has to end, and then to fade by what it holds too much.
            excess = 1 - self.effective_limit / max(self.current_count, 1)
            wait = self.current_seconds - self.window_seconds + excess * self.window_seconds
        # The counters tell time in milliseconds: a whole second must not be cut to the one before.
        return math.floor(max(wait, 0) + 0.001) + 1


def register(app: Flask, window: Callable[[], Window | None]) -> None:
    """Add the headers to every answer that counted, and answer a refusal as a problem.

    window: the counter of the current request; None where nothing was counted.
    """

    @app.errorhandler(RateLimitExceeded)
    def refused(_error: RateLimitExceeded) -> Response:
        found = window()
        if found is None:  # The limiter refuses nothing that it did not count.
            raise RuntimeError("refused without a limit")
        metrics.LIMITED.labels(found.policy).inc()
        return on_problem(
            RateLimited(
                f"The limit of {found.limit} requests in {found.window_seconds} seconds is used "
                f"up; wait {found.retry_after_seconds} seconds.",
                found.retry_after_seconds,
            )
        )

    @app.after_request
    def add_headers(response: Response) -> Response:
        if (found := window()) is not None:
            name = f'"{found.policy}"'
            response.headers["RateLimit-Policy"] = (
                f"{name};q={found.limit};w={found.window_seconds}"
            )
            response.headers["RateLimit"] = f"{name};r={found.remaining};t={found.reset_seconds}"
            response.headers["X-RateLimit-Limit"] = str(found.limit)
            response.headers["X-RateLimit-Remaining"] = str(found.remaining)
            reset = int(time.time()) + found.reset_seconds
            response.headers["X-RateLimit-Reset"] = str(reset)
        return response
