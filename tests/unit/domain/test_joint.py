"""Joint calendars: a business day is one in every member."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.business_days import add_business_days, list_business_days
from app.domain.errors import DateOutOfCoverage
from app.domain.joint import join
from tests.unit.domain.test_business_days import CALENDARS, DATES, make_calendar

MONDAY = date(2026, 5, 25)
A = make_calendar(MONDAY, first=2010)
B = make_calendar(date(2026, 5, 26), last=2030)


def test_a_day_off_in_one_member_is_one_in_all() -> None:
    joint = join([A, B])
    assert add_business_days(date(2026, 5, 22), 1, joint) == date(2026, 5, 27)
    assert not joint.is_business_day(MONDAY)


def test_a_reason_names_the_member_it_is_of() -> None:
    joint = join([A, make_calendar(MONDAY)])
    assert [reason.calendar for reason in joint.reasons(MONDAY)] == ["ZZ", "ZZ"]
    assert [reason.calendar for reason in A.reasons(MONDAY)] == [None]


def test_it_covers_what_all_of_its_members_cover() -> None:
    joint = join([A, B])
    assert (joint.first, joint.last) == (date(2010, 1, 1), date(2030, 12, 31))
    with pytest.raises(DateOutOfCoverage, match=r"ZZ\+ZZ has no facts for 2031"):
        joint.year(2031)


@given(st.lists(CALENDARS, min_size=1, max_size=4), DATES)
def test_it_lists_the_days_that_all_of_its_members_list(members: list, start: date) -> None:  # type: ignore[type-arg]
    end = start.replace(day=1, year=start.year + 1)
    together = set(list_business_days(start, end, join(members)))
    assert together == set.intersection(
        *(set(list_business_days(start, end, member)) for member in members)
    )
