"""The trace that a request belongs to, as whoever called us says it.

Source: W3C Recommendation Trace Context (23 November 2021), https://www.w3.org/TR/trace-context/,
read 2026-11-21. It defines no header of answers, so we send none.
"""

import re
import secrets

HEADER = "traceparent"
# Of version 00 and of those to come, which may have more after it; ff is forbidden.
ACCEPTABLE = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})"
    r"-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?P<more>-.*)?"
)


def trace_id_of(given: str) -> str | None:
    """The id of the trace that a ``traceparent`` names; None when it cannot be read."""
    found = ACCEPTABLE.fullmatch(given)
    if found is None or (found["version"] == "00" and found["more"] is not None):
        return None
    return found["trace"]


def new_trace_id() -> str:
    """The id of a trace that begins here."""
    return secrets.token_hex(16)
