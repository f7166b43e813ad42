"""An answer is as sure as the least certain date it rests on."""

from collections.abc import Mapping
from datetime import date

import pytest

from app.domain.calendar import BusinessCalendar, CalendarYear
from app.domain.certainty import certainty_between, least_certain
from app.domain.errors import DateOutOfCoverage
from app.domain.holiday import Certainty, DayOff
from app.domain.joint import join

EID = date(2027, 3, 10)


def calendar(
    by_year: Mapping[int, Certainty], *estimated: date, id_: str = "ZZ"
) -> BusinessCalendar:
    def year_of(year: int) -> CalendarYear:
        days_off = {
            day: (DayOff(day, "Eid", "Eid", ("public",), "estimated"),)
            for day in estimated
            if day.year == year
        }
        nothing: frozenset[date] = frozenset()
        return CalendarYear(year, days_off, nothing, nothing, certainty=by_year[year])

    first, last = date(min(by_year), 1, 1), date(max(by_year), 12, 31)
    return BusinessCalendar(id_, first, last, year_of)


LATER = calendar({2026: "confirmed", 2027: "computed", 2028: "awaiting_decree"}, EID)


def test_the_least_certain_is_told_in_the_order_of_the_words() -> None:
    assert least_certain([]) == "confirmed"
    assert least_certain(["confirmed", "computed"]) == "computed"
    assert least_certain(["estimated", "computed"]) == "estimated"
    assert least_certain(["awaiting_decree", "estimated"]) == "awaiting_decree"


@pytest.mark.parametrize(
    ("first", "last", "certainty"),
    [
        (date(2026, 3, 10), date(2026, 3, 10), "confirmed"),
        (date(2026, 12, 30), date(2027, 1, 2), "computed"),
        (date(2027, 1, 2), date(2026, 12, 30), "computed"),  # walked backwards
        (date(2027, 3, 10), date(2027, 3, 10), "estimated"),
        (date(2027, 3, 3), date(2027, 3, 3), "estimated"),  # the moon may move it a little
        (date(2027, 3, 2), date(2027, 3, 2), "computed"),
        (date(2027, 3, 17), date(2027, 3, 17), "estimated"),
        (date(2027, 3, 18), date(2027, 3, 18), "computed"),
        (date(2027, 2, 1), date(2027, 4, 1), "estimated"),
        (date(2027, 2, 1), date(2028, 1, 1), "awaiting_decree"),
    ],
)
def test_certainty_follows_the_years_and_the_estimates_near_by(
    first: date, last: date, certainty: Certainty
) -> None:
    assert certainty_between(first, last, LATER) == certainty


def test_an_estimate_reaches_over_new_year() -> None:
    both = calendar({2026: "confirmed", 2027: "computed"}, date(2027, 1, 2))
    assert certainty_between(date(2026, 12, 30), date(2026, 12, 30), both) == "estimated"
    assert certainty_between(date(2026, 12, 20), date(2026, 12, 20), both) == "confirmed"


def test_no_year_is_asked_for_that_is_not_covered() -> None:
    assert certainty_between(date(2026, 1, 1), date(2026, 1, 1), LATER) == "confirmed"
    assert certainty_between(date(2028, 12, 31), date(2028, 12, 31), LATER) == "awaiting_decree"
    with pytest.raises(DateOutOfCoverage):
        certainty_between(date(2029, 1, 1), date(2029, 1, 1), LATER)


def test_a_joint_calendar_is_as_sure_as_its_least_certain_member() -> None:
    sure = calendar({2027: "confirmed"}, id_="YY")
    joint = join([sure, LATER])
    assert certainty_between(date(2027, 6, 1), date(2027, 6, 1), joint) == "computed"
    assert certainty_between(EID, EID, joint) == "estimated"
