"""The holidays of a calendar between two dates, written in each of the formats."""

from collections.abc import Callable
from datetime import date

from app.api.formats.icalendar_feed import to_icalendar
from app.api.formats.negotiation import CSV, ICALENDAR, JSON, Format
from app.api.formats.spreadsheet import to_csv
from app.api.v1.holidays.bodies import HolidayBody, HolidaysAnswer
from app.api.v1.lookup import almanac, entry_of
from app.domain.calendar import BusinessCalendar
from app.domain.holiday import DayOff
from app.facts.almanac import DATA_VERSION

COLUMNS = (
    "calendar",
    "date",
    "observed_date",
    "name",
    "local_name",
    "categories",
    "certainty",
)


def write_json(calendar: BusinessCalendar, first: date, last: date) -> bytes:
    """One object."""
    return HolidaysAnswer(
        calendar=calendar.id,
        from_=first,
        to=last,
        data_version=DATA_VERSION,
        holidays=_holidays(calendar, first, last),
    ).to_json()


def write_csv(calendar: BusinessCalendar, first: date, last: date) -> bytes:
    """One row a holiday; several categories in a cell have a blank between them."""
    rows = (holiday.model_dump(mode="json") for holiday in _holidays(calendar, first, last))
    return to_csv(
        COLUMNS,
        ([_cell(row[column]) for column in COLUMNS] for row in rows),
    )


def write_icalendar(calendar: BusinessCalendar, first: date, last: date) -> bytes:
    """One event a day off: a holiday with a substitute has two, unless only that one is off."""
    members = calendar.members or (calendar,)
    names = ", ".join(entry_of(member.id).name for member in members)
    days_off = {member.id: _days_off(member, first, last) for member in members}
    return to_icalendar(f"Holidays: {names}", days_off)


WRITERS: dict[Format, Callable[[BusinessCalendar, date, date], bytes]] = {
    JSON: write_json,  # the first is what goes out when Accept has no opinion
    CSV: write_csv,
    ICALENDAR: write_icalendar,
}


def _holidays(calendar: BusinessCalendar, first: date, last: date) -> list[HolidayBody]:
    found = [
        HolidayBody.of(member, holiday)
        for member in calendar.members or (calendar,)
        for holiday in almanac().holidays(member, first, last)
    ]
    return sorted(found, key=lambda holiday: holiday.date)


def _days_off(calendar: BusinessCalendar, first: date, last: date) -> list[DayOff]:
    years = range(first.year, last.year + 1)
    days = (day for year in years for day in calendar.year(year).days_off())
    return [day for day in days if first <= day.date <= last]


def _cell(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)
