"""How long an answer is kept, in the ways in which Flask-Caching may say it."""

from datetime import timedelta

Timeout = int | float | timedelta


def seconds_of(timeout: Timeout | None, default: Timeout) -> float:
    """Return ``timeout`` in seconds, or ``default`` when it is None or 0."""
    chosen = timeout or default
    return chosen.total_seconds() if isinstance(chosen, timedelta) else float(chosen)
