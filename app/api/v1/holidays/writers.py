"""The holidays of a calendar between two dates, written in each of the formats."""

from collections.abc import Callable
from datetime import date

from app.api.formats.icalendar_feed import to_icalendar
from app.api.formats.negotiation import CSV, ICALENDAR, JSON, Format
from app.api.formats.spreadsheet import to_csv
from app.api.v1.coverage import Coverage
from app.api.v1.display import Display
from app.api.v1.holidays.bodies import HolidayBody, HolidaysAnswer
from app.api.v1.lookup import almanac, entry_of
from app.api.v1.notes import notes_of
from app.domain.calendar import BusinessCalendar
from app.domain.certainty import certainty_between
from app.domain.holiday import DayOff, Observed
from app.facts.almanac import DATA_VERSION

COLUMNS = (
    "calendar",
    "date",
    "observed_date",
    "name",
    "local_name",
    "display_name",
    "display_language",
    "categories",
    "certainty",
    "is_substitute",
    "substitute_for",
)


Writer = Callable[[BusinessCalendar, date, date, Observed, Display], bytes]
"""Of a calendar from a first to a last date, both included."""


def write_json(
    calendar: BusinessCalendar, first: date, last: date, observed: Observed, display: Display
) -> bytes:
    """One object."""
    return HolidaysAnswer(
        calendar=calendar.id,
        from_=first,
        to=last,
        observed=observed,
        coverage=Coverage.of(calendar),
        certainty=certainty_between(first, last, calendar),
        notes=notes_of(calendar, last),
        data_version=DATA_VERSION,
        holidays=_holidays(calendar, first, last, observed, display),
    ).to_json()


def write_csv(
    calendar: BusinessCalendar, first: date, last: date, observed: Observed, display: Display
) -> bytes:
    """One row a holiday; several categories in a cell have a blank between them."""
    rows = (
        holiday.model_dump(mode="json")
        for holiday in _holidays(calendar, first, last, observed, display)
    )
    return to_csv(
        COLUMNS,
        ([_cell(row[column]) for column in COLUMNS] for row in rows),
    )


def write_icalendar(
    calendar: BusinessCalendar, first: date, last: date, observed: Observed, display: Display
) -> bytes:
    """One event a day off: a holiday with a substitute has two, unless only that one is off.

    With ``actual``: one event a holiday, on the day it falls, off or not.
    """
    members = calendar.members or (calendar,)
    names = ", ".join(entry_of(member.id).name for member in members)
    events_of = _actual_days if observed == "actual" else _days_off
    days_off = {member.id: events_of(member, first, last) for member in members}
    return to_icalendar(
        f"Holidays: {names}",
        days_off,
        lambda calendar_id, day: display.name_of(calendar_id, day, day.date.year),
    )


WRITERS: dict[Format, Writer] = {
    JSON: write_json,  # the first is what goes out when Accept has no opinion
    CSV: write_csv,
    ICALENDAR: write_icalendar,
}


def _holidays(
    calendar: BusinessCalendar, first: date, last: date, observed: Observed, display: Display
) -> list[HolidayBody]:
    found = [
        HolidayBody.of(member, holiday, display)
        for member in calendar.members or (calendar,)
        for holiday in almanac().holidays(member, first, last, observed)
    ]
    return sorted(found, key=lambda holiday: holiday.date)


def _days_off(calendar: BusinessCalendar, first: date, last: date) -> list[DayOff]:
    years = range(first.year, last.year + 1)
    days = (day for year in years for day in calendar.year(year).days_off())
    return [day for day in days if first <= day.date <= last]


def _actual_days(calendar: BusinessCalendar, first: date, last: date) -> list[DayOff]:
    return [
        DayOff(row.date, row.name, row.local_name, row.categories, row.certainty)
        for row in almanac().holidays(calendar, first, last, "actual")
    ]


def _cell(value: str | list[str] | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return " ".join(value)
    return value
