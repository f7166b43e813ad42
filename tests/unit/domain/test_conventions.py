"""Roll conventions on a calendar made by hand."""

from datetime import date

import pytest

from app.domain.conventions import CONVENTIONS, Convention, adjust
from tests.unit.domain.test_business_days import make_calendar

# Sunday 31 May 2026 ends a month, Sunday 1 March begins one, Monday 25 May is a holiday.
CALENDAR = make_calendar(date(2026, 5, 25))


@pytest.mark.parametrize(
    ("day", "convention", "expected"),
    [
        (date(2026, 5, 31), "following", date(2026, 6, 1)),
        (date(2026, 5, 31), "modified_following", date(2026, 5, 29)),
        (date(2026, 5, 31), "preceding", date(2026, 5, 29)),
        (date(2026, 5, 31), "modified_preceding", date(2026, 5, 29)),
        (date(2026, 5, 31), "nearest", date(2026, 6, 1)),
        (date(2026, 5, 31), "none", date(2026, 5, 31)),
        (date(2026, 3, 1), "modified_preceding", date(2026, 3, 2)),
        (date(2026, 3, 1), "modified_following", date(2026, 3, 2)),
        (date(2026, 5, 30), "nearest", date(2026, 5, 29)),
        (date(2026, 5, 24), "nearest", date(2026, 5, 26)),  # both two days away: the following
    ],
)
def test_a_date_rolls_as_its_convention_says(
    day: date, convention: Convention, expected: date
) -> None:
    assert adjust(day, convention, CALENDAR) == expected


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_business_day_stays_where_it_is(convention: Convention) -> None:
    assert adjust(date(2026, 5, 26), convention, CALENDAR) == date(2026, 5, 26)
