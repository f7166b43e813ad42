"""Roll conventions: what becomes of a date on which no business is done.

Source: the business day conventions of ISDA, under the names QuantLib gives them
(ql/time/businessdayconvention.hpp), read 2026-11-21.
"""

from datetime import date
from typing import Literal, get_args

from app.domain.business_days import add_business_days
from app.domain.calendar import BusinessCalendar

Convention = Literal[
    "following", "modified_following", "preceding", "modified_preceding", "nearest", "none"
]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)


def adjust(day: date, convention: Convention, calendar: BusinessCalendar) -> date:
    """Return ``day`` when business is done on it, else the business day that ``convention`` names.

    following, preceding: the next one, the one before.
    modified_following, modified_preceding: the same, unless it lies in another month: then the
        first one the other way.
    nearest: the one fewer days away; of two equally far, the following.
    none: ``day`` itself, business day or not.
    Raises DateOutOfCoverage, for ``day`` as for any date the search needs.
    """
    if calendar.is_business_day(day) or convention == "none":
        return day
    if convention in ("following", "modified_following"):
        following = add_business_days(day, 1, calendar)
        leaves_month = convention == "modified_following" and following.month != day.month
        return add_business_days(day, -1, calendar) if leaves_month else following
    if convention in ("preceding", "modified_preceding"):
        preceding = add_business_days(day, -1, calendar)
        leaves_month = convention == "modified_preceding" and preceding.month != day.month
        return add_business_days(day, 1, calendar) if leaves_month else preceding
    following, preceding = (add_business_days(day, step, calendar) for step in (1, -1))
    return preceding if day - preceding < following - day else following
