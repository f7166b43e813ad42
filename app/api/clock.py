"""What day it is: the one clock of the service, which a test replaces."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from app.cache.answers import true_today_only

EXTENSION = "fasti.clock"

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def now(offset_hours: int = 0) -> datetime:
    """The time of the application's clock, so many hours ahead of UTC (behind, when negative).

    An answer that was made with it is not given again beyond the day.
    """
    true_today_only()
    clock: Clock = current_app.extensions[EXTENSION]
    return clock() + timedelta(hours=offset_hours)


def today(offset_hours: int = 0) -> date:
    """The date where clocks are so many hours ahead of UTC."""
    return now(offset_hours).date()


def today_in(zone: ZoneInfo) -> date:
    """The date in a time zone: the right one at UTC+13 and at UTC+5:30 as well."""
    return now().astimezone(zone).date()


def seconds_left_today(offset_hours: int = 0) -> int:
    """Whole seconds until ``today`` is another day there, 1 to 86400."""
    moment = now(offset_hours)
    midnight = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - moment).total_seconds()))
