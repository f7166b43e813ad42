"""How long a refused client stays away."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Where a refusal does not say: long enough not to hammer, short enough to notice recovery.
DEFAULT_PAUSE_SECONDS = 1.0


def pause_seconds(retry_after: str | None, now: datetime) -> float:
    """Return the seconds to wait that a ``Retry-After`` header asks for, 0 when it lies behind.

    retry_after: delay in seconds or an HTTP date (RFC 9110, 10.2.3); absent or unreadable gives
        the default pause.
    """
    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return DEFAULT_PAUSE_SECONDS
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
