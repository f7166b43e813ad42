"""What must hold for a body to count as an answer. A status alone proves little.

Every check raises WrongAnswer, which says what was found, and returns nothing.
"""

import json
from datetime import date, timedelta
from typing import Any

Body = Any  # parsed JSON, of which nothing is believed yet


class WrongAnswer(Exception):
    """The service answered, and what it answered cannot be right."""


def expect(holds: bool, complaint: str) -> None:
    """Raise WrongAnswer with ``complaint`` unless it ``holds``."""
    if not holds:
        raise WrongAnswer(complaint)


def problem_in(content: bytes | None) -> str:
    """Return what an error's body says, without what is special to one request.

    A thousand failures of one kind shall be one line in the report: of a problem (RFC 9457) only
    ``type`` and ``title`` are kept, since ``detail`` and ``instance`` name the request.
    """
    try:
        body = json.loads(content or b"")
        return f"{body['type']} {body['title']}"
    except (KeyError, TypeError, ValueError):
        return (content or b"")[:120].decode("utf-8", "replace")


def _echo(body: Body, **expected: Any) -> None:
    """Check that ``body`` is an object that repeats the question and names its facts."""
    expect(isinstance(body, dict), "the body is not a JSON object")
    for key, value in expected.items():
        expect(body.get(key) == value, f"{key} is {body.get(key)!r}, asked for {value!r}")
    version = body.get("data_version")
    expect(isinstance(version, str) and bool(version), "data_version is missing")


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise WrongAnswer(f"{text!r} is not a date") from error


def check_calendar_list(body: Body, at_least: int) -> None:
    """Check that at least ``at_least`` calendars are listed, each once and with an id."""
    ids = calendar_ids(body)
    expect(len(ids) >= at_least, f"only {len(ids)} calendars are listed, {at_least} were before")
    expect(len(ids) == len(set(ids)), "a calendar is listed twice")


def calendar_ids(body: Body) -> list[str]:
    """Return the ids in the body of GET /api/v1/calendars. Raises WrongAnswer when it has none."""
    try:
        return [str(entry["id"]) for entry in body["calendars"]]
    except (KeyError, TypeError) as error:
        raise WrongAnswer("calendars is not a list of objects with an id") from error


def check_calendar(body: Body, calendar: str) -> tuple[date, date]:
    """Check that the body describes ``calendar``; return its coverage, both ends included."""
    _echo(body, id=calendar)
    coverage = body.get("coverage")
    expect(isinstance(coverage, dict), "coverage is missing")
    first, last = _date(coverage.get("from")), _date(coverage.get("to"))
    expect(first <= last, f"coverage ends at {last}, before it begins at {first}")
    return first, last


def check_holidays(body: Body, calendar: str, year: int) -> None:
    """Check a whole ``year`` of ``calendar``: named days, in order, each kept within the year.

    A holiday belongs to the year of its date, and to that of the day it is observed on.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    _echo(body, calendar=calendar, **{"from": first.isoformat(), "to": last.isoformat()})
    holidays = body.get("holidays")
    expect(isinstance(holidays, list), "holidays is not a list")
    expect(all(holiday.get("name") for holiday in holidays), "a holiday has no name")
    dates = [_date(holiday.get("date")) for holiday in holidays]
    observed = [_date(holiday.get("observed_date") or holiday["date"]) for holiday in holidays]
    kept = (
        first <= day <= last or first <= seen <= last
        for day, seen in zip(dates, observed, strict=True)
    )
    expect(all(kept), f"a holiday lies outside {year}")
    expect(dates == sorted(dates), "the holidays are not in order")


def check_day(body: Body, calendar: str, day: date) -> None:
    """Check one ``day``: a closed one says why."""
    _echo(body, calendar=calendar, date=day.isoformat())
    is_business_day, reasons = body.get("is_business_day"), body.get("reasons")
    expect(isinstance(is_business_day, bool), "is_business_day is neither true nor false")
    expect(isinstance(reasons, list), "reasons is not a list")
    expect(is_business_day or bool(reasons), f"{day} is closed without a reason")


def check_reached(body: Body, calendar: str, start: date, days: int) -> date:
    """Check a walk of ``days`` (1 or more) business days from ``start``; return where it ends.

    The days stepped over lie behind ``start`` and before the end, and with the business days they
    are all the days there are: no day is lost and none counted twice.
    """
    _echo(body, calendar=calendar, start=start.isoformat(), days=days)
    reached = _date(body.get("date"))
    expect(isinstance(body.get("skipped"), list), "skipped is not a list")
    skipped = {_date(entry.get("date")) for entry in body["skipped"]}
    expect(all(start < day < reached for day in skipped), "a skipped day is off the way")
    walked = (reached - start).days
    expect(walked == days + len(skipped), f"{days} + {len(skipped)} skipped days end at {reached}")
    return reached


def check_count(body: Body, calendar: str, start: date, end: date) -> int:
    """Check the number of business days from ``start`` (in) to ``end`` (out); return it."""
    _echo(body, calendar=calendar, **{"from": start.isoformat(), "to": end.isoformat()})
    count = body.get("business_days")
    expect(isinstance(count, int), f"business_days is {count!r}")
    expect(0 <= count <= (end - start).days, f"{count} business days from {start} to {end}")
    return int(count)


def check_way_back(count: int, start: date, days: int, end: date) -> None:
    """Check that the ``count`` from ``start`` (in) to ``end`` (out) is ``days``."""
    expect(count == days, f"{days} days were walked, {count} are counted, {start} to {end}")


def day_after(day: date) -> date:
    """Return the next day."""
    return day + timedelta(days=1)
