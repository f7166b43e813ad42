"""The arithmetic held against numpy and QuantLib, given the same holidays and weekends.

20 calendars, 10,000 random cases each way; the seed is fixed, so a failure can be repeated.
"""

import random
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813 - as its own documentation calls it

from app.domain.business_days import add_business_days, count_business_days
from app.domain.calendar import BusinessCalendar
from app.domain.conventions import Convention, adjust
from app.facts.almanac import Almanac

CODES = (
    *("SE", "DE-BY", "US", "GB-SCT", "JP", "CN", "BR", "IN-MH", "AU-NSW", "CA-QC"),
    *("AE", "IL", "EG", "NP", "KR", "MX", "XNYS", "XLON", "ZA", "CH-ZH"),
)
FIRST, LAST = date(2010, 1, 1), date(2033, 12, 31)
CASES_PER_CALENDAR = 500
CONVENTIONS: dict[Convention, int] = {
    "following": ql.Following,
    "modified_following": ql.ModifiedFollowing,
    "preceding": ql.Preceding,
    "modified_preceding": ql.ModifiedPreceding,
    "nearest": ql.Nearest,
    "none": ql.Unadjusted,
}
ALMANAC = Almanac()


def calendar_of(code: str) -> BusinessCalendar:
    entry = ALMANAC.catalogue.find(code)
    assert entry is not None
    return ALMANAC.calendar(entry)


def closed_days(calendar: BusinessCalendar) -> list[date]:
    days = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return [day for day in days if not calendar.is_business_day(day)]


def random_days(seed: str) -> list[date]:
    chance = random.Random(seed)
    inner = (LAST - FIRST).days - 4 * 366
    return [FIRST + timedelta(2 * 366 + chance.randrange(inner)) for _ in range(CASES_PER_CALENDAR)]


@pytest.mark.parametrize("code", CODES)
def test_count_and_add_agree_with_numpy(code: str) -> None:
    calendar = calendar_of(code)
    # Every closed day is handed over as a holiday: numpy knows no weekend that changes.
    numpy_calendar = np.busdaycalendar("1111111", closed_days(calendar))
    starts, ends = random_days(f"{code} from"), random_days(f"{code} to")
    steps = [random.Random(f"{code} {n}").randint(-400, 400) for n in range(CASES_PER_CALENDAR)]
    counts = np.busday_count(starts, ends, busdaycal=numpy_calendar)
    assert [count_business_days(*pair, calendar) for pair in zip(starts, ends, strict=True)] == [
        int(count) for count in counts
    ]
    for start, days in zip(starts, steps, strict=True):
        # numpy rolls a start that is no business day onto one first; ours never counts the start.
        roll: Literal["backward", "forward"] = "backward" if days > 0 else "forward"
        expected = np.busday_offset(start, days, roll=roll, busdaycal=numpy_calendar)
        assert add_business_days(start, days, calendar) == expected.astype(date), (start, days)


@pytest.mark.parametrize("code", CODES)
def test_conventions_agree_with_quantlib(code: str) -> None:
    calendar = calendar_of(code)
    theirs = ql.BespokeCalendar(code)
    for day in closed_days(calendar):
        theirs.addHoliday(ql.Date(day.day, day.month, day.year))
    for day in random_days(f"{code} adjust"):
        for convention, number in CONVENTIONS.items():
            found = theirs.adjust(ql.Date(day.day, day.month, day.year), number)
            expected = date(found.year(), found.month(), found.dayOfMonth())
            assert adjust(day, convention, calendar) == expected, (day, convention)
