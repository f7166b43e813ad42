"""Days off as an iCalendar feed (RFC 5545, RFC 7986): the same bytes however often it is asked."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vDuration, vText

from app.domain.calendar import ONE_DAY, BusinessCalendar
from app.domain.holiday import Certainty, DayOff
from app.facts.almanac import DATA_VERSION
from app.facts.display_names import DisplayName
from app.facts.year_builder import FACTS_YEAR

REFRESH = timedelta(days=1)  # A new release can bring a date that a government moved late.
STAMP = datetime(FACTS_YEAR, 1, 1, tzinfo=UTC)
YEARS_BACK, YEARS_AHEAD = 1, 2

UNSURE: dict[Certainty, str] = {
    "estimated": "The date is an estimate.",
    "awaiting_decree": "The government has not decreed the holidays of this year yet.",
}

LINE_BREAKERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters, which RFC 5545 keeps out of a text, and what some parsers end a line at."""


def rolling_window(today: date, calendar: BusinessCalendar) -> tuple[date, date]:
    """Return the first and the last date of a feed that is never out of date, both included.

    From the start of last year to the end of the year after next, as far as ``calendar`` covers
    it. When it covers none of that the window is left whole, to be refused as any such range.
    """
    first = date(today.year - YEARS_BACK, 1, 1)
    last = date(today.year + YEARS_AHEAD, 12, 31)
    covered = max(first, calendar.first), min(last, calendar.last)
    return covered if covered[0] <= covered[1] else (first, last)


def to_icalendar(
    name: str,
    days_off: Mapping[str, Sequence[DayOff]],
    shown: Callable[[str, DayOff], DisplayName],
) -> bytes:
    """Return the feed: one event, of the whole day, for each day off.

    days_off: by the id of their calendar; where there are several, each event says whose it is.
    shown: the name that the summary of an event has.
    Takes about 0.2 ms an event.
    """
    feed = Calendar()
    feed.add("prodid", "-//Fasti//Holidays//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("name", vText(_line(name)))
    feed.add("x-wr-calname", vText(_line(name)))  # for programs that are older than RFC 7986
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", vDuration(REFRESH))
    for calendar_id, day in _by_date(days_off):
        prefix = f"{calendar_id}: " if len(days_off) > 1 else ""
        feed.add_component(_event(calendar_id, day, shown(calendar_id, day), prefix))
    return bytes(feed.to_ical())


def sequence_of(data_version: str) -> int:
    """Return the revision number of events made of these facts: a later version has a higher one.

    data_version: release and revision, as ``0.108-1``. Raises ValueError for any other.
    """
    parts = re.fullmatch(r"(\d+)\.(\d{1,3})(?:\.(\d{1,2}))?-(\d{1,2})", data_version)
    if parts is None:
        raise ValueError(f"{data_version} is no release and revision")
    major, minor, patch, revision = (int(part or 0) for part in parts.groups())
    return ((major * 1_000 + minor) * 100 + patch) * 100 + revision


SEQUENCE = sequence_of(DATA_VERSION)


def _by_date(days_off: Mapping[str, Sequence[DayOff]]) -> Iterator[tuple[str, DayOff]]:
    pairs = [(calendar_id, day) for calendar_id, days in days_off.items() for day in days]
    yield from sorted(pairs, key=lambda pair: (pair[1].date, pair[0], pair[1].name))


def _event(calendar_id: str, day: DayOff, shown: DisplayName, prefix: str) -> Event:
    event = Event()
    event.add("uid", _uid(calendar_id, day))
    event.add("dtstamp", STAMP)
    event.add("sequence", SEQUENCE)
    event.add("dtstart", day.date)
    event.add("dtend", day.date + ONE_DAY)  # the first day that is not part of it
    summary = f"{prefix}{_line(shown.text)}{_suffix(day, shown)}"
    event.add("summary", summary, parameters={"LANGUAGE": shown.language})
    if description := "\n".join(_description(day, shown)):
        event.add("description", description)
    event.add("categories", list(day.categories))
    event.add("transp", "TRANSPARENT")  # A holiday books nobody, as in the calendars people know.
    event.add("status", "TENTATIVE" if day.certainty in UNSURE else "CONFIRMED")
    return event


def _uid(calendar_id: str, day: DayOff) -> str:
    """The same for the same day in every feed: its program replaces the event, and adds none."""
    identity = "\n".join((calendar_id, day.date.isoformat(), day.name))
    return f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}@fasti"


def _line(text: str) -> str:
    return LINE_BREAKERS.sub(" ", text)


def _suffix(day: DayOff, shown: DisplayName) -> str:
    """What tells a substitute: a word of English, in other languages the date it stands for."""
    if day.substitute_for is None:
        return ""
    is_english = shown.language.partition("-")[0] == "en"
    return f" ({'observed' if is_english else day.substitute_for})"


def _description(day: DayOff, shown: DisplayName) -> Iterator[str]:
    if day.local_name != shown.text:
        yield _line(day.local_name)
    if day.substitute_for:
        yield f"Substitute for {day.substitute_for}."
    if day.certainty in UNSURE:
        yield UNSURE[day.certainty]
