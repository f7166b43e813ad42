"""What must hold for a body to count as an answer. A status alone proves little.

Every check raises WrongAnswer, which says what was found, and returns nothing.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

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


def check_batch(body: Body, questions: Sequence[str]) -> None:
    """Check that each of ``questions``, all about days, was answered, in their order."""
    _echo(body)
    answers = body.get("answers")
    expect(isinstance(answers, list), "answers is not a list")
    asked = [answer.get("question") for answer in answers]
    expect(asked == list(questions), "the answers are not those of the questions, in order")
    for answer in answers:
        expect(answer["status"] == 200, f"{answer['question']} is answered {answer['status']}")
        _, calendar, _, day = answer["question"].split("/")
        check_day(answer["body"], unquote(calendar), _date(day))


def check_feed(content: bytes) -> None:
    """Check an iCalendar feed (RFC 5545): whole, and no event in it twice.

    It may have none: in Ukraine under martial law no holiday is a day off.
    """
    expect(content.startswith(b"BEGIN:VCALENDAR\r\n"), "the feed has no beginning")
    expect(content.endswith(b"END:VCALENDAR\r\n"), "the feed has no end")
    begun = content.count(b"\r\nBEGIN:VEVENT\r\n")
    expect(begun == content.count(b"\r\nEND:VEVENT\r\n"), "an event is not whole")
    ids = [line for line in content.split(b"\r\n") if line.startswith(b"UID:")]
    expect(len(ids) == len(set(ids)) == begun, "two events have one UID")


NAGER_KEYS = {
    "date", "localName", "name", "countryCode", "fixed", "global", "counties", "launchYear",
    "types",
}  # fmt: skip


def check_nager_holidays(body: Body, country: str, year: int) -> None:
    """Check the holidays of ``country`` in ``year`` in the shape of Nager.Date v3.

    A day off may be given some days before or after the year of its holiday.
    """
    expect(isinstance(body, list) and bool(body), "no list of holidays")
    for holiday in body:
        expect(set(holiday) == NAGER_KEYS, f"a holiday has the keys {sorted(holiday)}")
        expect(holiday["countryCode"] == country, f"a holiday of {holiday['countryCode']}")
        day = _date(holiday["date"])
        off = min(abs((day - edge).days) for edge in (date(year, 1, 1), date(year, 12, 31)))
        expect(day.year == year or off <= 14, f"{day} is not in {year}")


def check_nager_countries(body: Body, wanted: Iterable[str]) -> None:
    """Check that ``wanted`` are among the countries, each listed once."""
    codes = [entry["countryCode"] for entry in body]
    expect(len(codes) == len(set(codes)), "a country is listed twice")
    expect(set(wanted) <= set(codes), "a country is missing")


def check_long_weekends(body: Body, year: int) -> None:
    """Check the long weekends of ``year`` in the shape of Nager.Date: three days or more each."""
    expect(isinstance(body, list), "no list of long weekends")
    for weekend in body:
        first, last = _date(weekend["startDate"]), _date(weekend["endDate"])
        expect(weekend["dayCount"] == (last - first).days + 1 >= 3, f"{first} is no long weekend")
        expect(year in (first.year, last.year), f"{first} is not in {year}")


def check_ready(body: Body) -> None:
    """Check the readiness of a replica that answers."""
    expect(body.get("status") in ("ready", "degraded"), f"the status is {body.get('status')!r}")
    expect(bool(body.get("replica")) and bool(body.get("components")), "readiness says nothing")


def check_refusal(content: bytes | None, retry_after: str | None) -> str:
    """Check a 429: a problem that says when to come back; return the plan that refuses.

    The load balancer refuses floods of one address by itself, and has no plan: "load balancer".
    """
    try:
        body = json.loads(content or b"")
    except ValueError as error:
        raise WrongAnswer("a refusal is not a problem in JSON") from error
    expect(body.get("type") == "/problems/rate-limited", f"a refusal of type {body.get('type')!r}")
    expect(bool(retry_after) and str(retry_after).isdecimal(), f"Retry-After is {retry_after!r}")
    return str(body.get("plan", "load balancer"))


def day_after(day: date) -> date:
    """Return the next day."""
    return day + timedelta(days=1)
