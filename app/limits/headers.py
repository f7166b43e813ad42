"""What every answer that counted says of its limits, refused or not.

Source: draft-ietf-httpapi-ratelimit-headers-10 (Internet-Draft, not an RFC), read 2026-11-21, for
``RateLimit`` and ``RateLimit-Policy``; the ``X-RateLimit-*`` fields are the common custom.
"""

import time

from flask import Response

from app.limits.strategy import current_verdict
from app.limits.verdict import Verdict


def add_headers(response: Response) -> Response:
    """Say in the answer to a request that counted how the limits stand."""
    if (verdict := current_verdict()) is not None:
        response.headers.update(header_fields(verdict))
    return response


def header_fields(verdict: Verdict) -> list[tuple[str, str]]:
    """Say every window of the plan and what is left of it; the custom fields, of the tightest."""
    tightest = verdict.tightest
    return [
        (
            "RateLimit-Policy",
            ", ".join(
                f'"{window.rule.name}";q={window.rule.limit};w={window.rule.seconds}'
                for window in verdict.windows
            ),
        ),
        (
            "RateLimit",
            ", ".join(
                f'"{window.rule.name}";r={window.remaining};t={window.reset_seconds}'
                for window in verdict.windows
            ),
        ),
        ("X-RateLimit-Limit", str(tightest.rule.limit)),
        ("X-RateLimit-Remaining", str(tightest.remaining)),
        ("X-RateLimit-Reset", str(int(time.time()) + tightest.reset_seconds)),
    ]
