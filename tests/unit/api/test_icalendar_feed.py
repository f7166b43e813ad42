"""The feed: what an event says, and that it stays the same event."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.api.formats.icalendar_feed import SEQUENCE, rolling_window, sequence_of, to_icalendar
from app.domain.calendar import BusinessCalendar, CalendarYear
from app.domain.holiday import DayOff
from app.facts.almanac import DATA_VERSION, Almanac
from app.facts.display_names import DisplayName
from app.facts.year_builder import FACTS_YEAR, Rules

Shown = Callable[[str, DayOff], DisplayName]

NATIONAL_DAY = DayOff(date(2026, 6, 6), "National Day", "Nationaldagen", ("public",), "confirmed")


def in_english(_calendar_id: str, day: DayOff) -> DisplayName:
    return DisplayName(day.name, "en-US")


def written(
    name: str, days_off: Mapping[str, Sequence[DayOff]], shown: Shown = in_english
) -> bytes:
    return to_icalendar(name, days_off, shown)


def events_of(feed: bytes) -> list[Event]:
    return [event for event in Calendar.from_ical(feed).walk("VEVENT") if isinstance(event, Event)]


def event_of(day: DayOff) -> Event:
    (event,) = events_of(written("Holidays", {"SE": [day]}))
    return event


def uid_of(day: DayOff, calendar_id: str = "SE") -> str:
    (event,) = events_of(written("Holidays", {calendar_id: [day]}))
    return str(event["uid"])


def test_an_event_is_one_whole_day() -> None:
    event = event_of(NATIONAL_DAY)
    assert event.decoded("dtstart") == date(2026, 6, 6)
    assert event.decoded("dtend") == date(2026, 6, 7)
    assert str(event["summary"]) == "National Day"
    assert event.categories == ["public"]
    assert str(event["status"]) == "CONFIRMED"


def test_a_holiday_books_nobody() -> None:
    assert str(event_of(NATIONAL_DAY)["transp"]) == "TRANSPARENT"


def test_the_local_name_is_in_the_description_where_it_differs() -> None:
    assert str(event_of(NATIONAL_DAY)["description"]) == "Nationaldagen"
    assert "description" not in event_of(replace(NATIONAL_DAY, local_name="National Day"))


def test_a_day_given_in_place_of_another_says_so() -> None:
    event = event_of(replace(NATIONAL_DAY, substitute_for=date(2026, 6, 7)))
    assert str(event["summary"]) == "National Day (observed)"
    assert str(event["description"]) == "Nationaldagen\nSubstitute for 2026-06-07."


def test_an_estimated_date_is_tentative() -> None:
    event = event_of(replace(NATIONAL_DAY, certainty="estimated"))
    assert str(event["status"]) == "TENTATIVE"
    assert "estimate" in str(event["description"])
    assert str(event_of(replace(NATIONAL_DAY, certainty="computed"))["status"]) == "CONFIRMED"


def test_in_a_joint_calendar_an_event_says_whose_it_is() -> None:
    feed = written("Holidays", {"SE": [NATIONAL_DAY], "NO": [NATIONAL_DAY]})
    assert [str(event["summary"]) for event in events_of(feed)] == [
        "NO: National Day",
        "SE: National Day",
    ]


def test_events_come_by_date() -> None:
    days = [replace(NATIONAL_DAY, date=date(2026, month, 1)) for month in (3, 1, 2)]
    starts = [event.decoded("dtstart") for event in events_of(written("x", {"SE": days}))]
    assert starts == sorted(starts)


def test_the_feed_has_a_name_and_says_when_to_ask_again() -> None:
    feed = Calendar.from_ical(written("Holidays: Sweden, Norway", {"SE": []}))
    assert str(feed["name"]) == str(feed["x-wr-calname"]) == r"Holidays: Sweden\, Norway"
    lines = written("x", {"SE": []}).decode().splitlines()
    assert {"REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D"} <= set(lines)


def test_the_same_days_make_the_same_bytes() -> None:
    days = {"SE": [NATIONAL_DAY]}
    assert written("x", days) == written("x", days)


def test_the_stamp_and_the_revision_are_those_of_the_facts() -> None:
    event = event_of(NATIONAL_DAY)
    assert event.decoded("dtstamp") == datetime(FACTS_YEAR, 1, 1, tzinfo=UTC)
    assert event["sequence"] == SEQUENCE == sequence_of(DATA_VERSION)


def test_an_event_is_known_by_its_calendar_date_and_name_alone() -> None:
    # This very one is in the calendars of those who subscribed: it must not change.
    assert uid_of(NATIONAL_DAY) == "80504df59b14cf100458c091c2e5b539@fasti"
    assert uid_of(replace(NATIONAL_DAY, certainty="estimated")) == uid_of(NATIONAL_DAY)
    assert uid_of(replace(NATIONAL_DAY, local_name="x")) == uid_of(NATIONAL_DAY)
    others = [
        uid_of(NATIONAL_DAY, "NO"),
        uid_of(replace(NATIONAL_DAY, date=date(2027, 6, 6))),
        uid_of(replace(NATIONAL_DAY, name="Flag Day")),
    ]
    assert len({uid_of(NATIONAL_DAY), *others}) == 4


def test_no_two_events_of_the_world_are_taken_for_one() -> None:
    almanac = Almanac()
    days = [
        (entry.id, day.date, day.name)
        for entry in almanac.catalogue
        for year in (2026, 2027)
        if entry.first.year <= year <= entry.last.year
        for day in almanac.calendar(entry, Rules(entry.categories)).year(year).days_off()
    ]
    assert len(days) > 20_000
    assert len(set(days)) == len(days)


def test_a_later_version_has_a_higher_sequence_that_fits_an_integer() -> None:
    versions = ["0.9-1", "0.108-1", "0.108-2", "0.108.1-1", "0.109-1", "0.999.99-99", "1.0-1"]
    numbers = [sequence_of(version) for version in versions]
    assert all(lower < higher for lower, higher in itertools.pairwise(numbers))
    assert sequence_of("99.999.99-99") < 2**31


@pytest.mark.parametrize("version", ["", "0.108", "0.108-", "0.108rc1-1", "0.1000-1", "0.108-100"])
def test_a_version_that_has_no_place_in_the_order_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="no release and revision"):
        sequence_of(version)


def calendar_covering(first: int, last: int) -> BusinessCalendar:
    def no_year(year: int) -> CalendarYear:
        raise AssertionError(year)

    return BusinessCalendar("XX", date(first, 1, 1), date(last, 12, 31), no_year)


@pytest.mark.parametrize(
    ("coverage", "window"),
    [
        ((1950, 2100), (2025, 2028)),
        ((1950, 2026), (2025, 2026)),
        ((2026, 2100), (2026, 2028)),
        ((2027, 2027), (2027, 2027)),
        ((1950, 2024), (2025, 2028)),  # left whole, to be refused
        ((2029, 2100), (2025, 2028)),
    ],
)
def test_the_window_is_cut_to_what_is_covered(
    coverage: tuple[int, int], window: tuple[int, int]
) -> None:
    found = rolling_window(date(2026, 11, 21), calendar_covering(*coverage))
    assert found == (date(window[0], 1, 1), date(window[1], 12, 31))


def names_read_by_icalendar(feed: bytes) -> list[str]:
    return [str(event["summary"]) for event in events_of(feed)]


def names_read_by_vobject(feed: bytes) -> list[str]:
    parsed: Any = vobject.readOne(feed.decode())
    return [event.summary.value for event in parsed.vevent_list]


NASTY = ["a; b, c", 'the "Day"', "back\\slash", "\\n", "ü" * 100, "元日" * 40, "🎆", ":", "BEGIN:"]


@pytest.mark.parametrize("name", NASTY)
def test_two_parsers_read_a_name_as_it_was(name: str) -> None:
    feed = written(name, {"SE": [replace(NATIONAL_DAY, name=name, local_name=name)]})
    assert names_read_by_icalendar(feed) == names_read_by_vobject(feed) == [name]


PROPERTIES = [
    *("BEGIN", "VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL"),
    *("X-PUBLISHED-TTL", "BEGIN", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE"),
    *("CATEGORIES", "DESCRIPTION", "STATUS", "TRANSP", "END", "END"),
]


def lines_of(feed: bytes) -> Sequence[bytes]:
    assert feed.endswith(b"\r\n")
    return feed.split(b"\r\n")


@given(name=st.text(st.characters(codec="utf-8"), min_size=1))
def test_no_name_adds_a_line_or_outgrows_one(name: str) -> None:
    feed = written(name, {"SE": [replace(NATIONAL_DAY, name=name, local_name="é" * 99)]})
    assert max(map(len, lines_of(feed))) <= 75
    unfolded = feed.decode().replace("\r\n ", "")
    assert [re.split("[:;]", line)[0] for line in unfolded.splitlines()] == PROPERTIES
