"""What every answer that counted says of its limits, refused or not.

Source: draft-ietf-httpapi-ratelimit-headers-10 (Internet-Draft, not an RFC), read 2026-11-21, for
``RateLimit`` and ``RateLimit-Policy``; the ``X-RateLimit-*`` fields are the common custom.
"""

import time

from flask import Response

from app.limits.strategy import current_verdict


def add_headers(response: Response) -> Response:
    """Say every window of the plan and what is left of it; the custom fields, of the tightest."""
    if (verdict := current_verdict()) is None:
        return response
    response.headers["RateLimit-Policy"] = ", ".join(
        f'"{window.rule.name}";q={window.rule.limit};w={window.rule.seconds}'
        for window in verdict.windows
    )
    response.headers["RateLimit"] = ", ".join(
        f'"{window.rule.name}";r={window.remaining};t={window.reset_seconds}'
        for window in verdict.windows
    )
    tightest = verdict.tightest
    response.headers["X-RateLimit-Limit"] = str(tightest.rule.limit)
    response.headers["X-RateLimit-Remaining"] = str(tightest.remaining)
    response.headers["X-RateLimit-Reset"] = str(int(time.time()) + tightest.reset_seconds)
    return response
