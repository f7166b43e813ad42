"""What every answer that counted says of its limits, refused or not.

Source: draft-ietf-httpapi-ratelimit-headers-10 (Internet-Draft, not an RFC), read 2026-11-21, for
``RateLimit`` and ``RateLimit-Policy``; the ``X-RateLimit-*`` fields are the common custom.
"""

import time

from flask import Response

from app.limits.plan import WindowRule
from app.limits.strategy import current_verdict
from app.limits.verdict import Verdict


def add_headers(response: Response) -> Response:
    """Say in the answer to a request that counted how the limits stand."""
    if (verdict := current_verdict()) is not None:
        response.headers.extend(header_fields(verdict))  # Nobody else says them.
    return response


def header_fields(verdict: Verdict) -> list[tuple[str, str]]:
    """Say every window of the plan and what is left of it; the custom fields, of the tightest."""
    states = [(window.remaining, window.reset_seconds, window.rule) for window in verdict.windows]
    remaining, reset_seconds, rule = states[0] if len(states) == 1 else min(states, key=_tightness)
    return [
        ("RateLimit-Policy", verdict.plan.policy),
        ("RateLimit", ", ".join([f'"{rule.name}";r={left};t={end}' for left, end, rule in states])),
        ("X-RateLimit-Limit", str(rule.limit)),
        ("X-RateLimit-Remaining", str(remaining)),
        ("X-RateLimit-Reset", str(int(time.time()) + reset_seconds)),
    ]


def _tightness(state: tuple[int, int, WindowRule]) -> tuple[int, int]:
    """By what is left; of equals, the one that takes longest to reset comes first."""
    return state[0], -state[1]
