"""The list of holidays as JSON, CSV and iCalendar: one question, three ways to write the answer."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from app.api import clock
from app.cache import EXTENSION as CACHE
from tests.api.conftest import MakeToken
from tests.conftest import MakeApp

Bearer = dict[str, str]
Get = Callable[..., TestResponse]

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
SUFFIXES = ("json", "csv", "ics")
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
MEDIA_TYPES = {suffix: type_.partition(";")[0] for suffix, type_ in CONTENT_TYPES.items()}


def set_clock(app: Flask, year: int, month: int, day: int) -> None:
    app.extensions[clock.EXTENSION] = lambda: datetime(year, month, day, 12, tzinfo=UTC)


@pytest.fixture
def get(app: Flask, client: FlaskClient, bearer: Bearer) -> Get:
    """Ask for something below /api/v1/calendars on 21 November 2026."""
    set_clock(app, 2026, 11, 21)

    def get(path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(f"/api/v1/calendars{path}", headers={**bearer, **named})

    return get


@pytest.fixture
def kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the memory of the worker keeps: bytes, each made once."""
    memory, seen = app.extensions[CACHE].memory, dict[str, bytes]()
    keep = memory.set

    def watch(key: str, value: bytes) -> bool:
        assert type(value) is bytes
        assert key not in seen
        seen[key] = value
        return bool(keep(key, value))

    monkeypatch.setattr(memory, "set", watch)
    return seen


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(response.data.decode("utf-8-sig"), newline="")))


def read_by_icalendar(feed: bytes) -> list[tuple[date, str]]:
    return [
        (event.decoded("dtstart"), str(event["summary"]))
        for event in Calendar.from_ical(feed).walk("VEVENT")
    ]


def read_by_vobject(feed: bytes) -> list[tuple[date, str]]:
    parsed: Any = vobject.readOne(feed.decode())
    return [(event.dtstart.value, event.summary.value) for event in parsed.vevent_list]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_suffix_names_the_format_whatever_accept_says(get: Get, suffix: str) -> None:
    for accept in ("*/*", "application/json", "text/csv", "text/html"):
        response = get(f"/SE/holidays.{suffix}?year=2026", Accept=accept)
        assert response.content_type == CONTENT_TYPES[suffix]
        assert response.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_accept_leads_to_the_same_bytes_as_the_suffix(get: Get, suffix: str) -> None:
    by_accept = get("/SE/holidays?year=2026", Accept=MEDIA_TYPES[suffix])
    by_suffix = get(f"/SE/holidays.{suffix}?year=2026")
    assert by_accept.content_type == CONTENT_TYPES[suffix]
    assert by_accept.data == by_suffix.data
    assert by_accept.headers["ETag"] == by_suffix.headers["ETag"]


def test_who_says_nothing_gets_json(get: Get) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "text/html,*/*;q=0.8"}):
        assert get("/SE/holidays?year=2026", **headers).content_type == "application/json"


def test_the_quality_that_accept_gives_a_format_decides(get: Get) -> None:
    response = get("/SE/holidays?year=2026", Accept="application/json;q=0.3, text/csv;q=0.7")
    assert response.content_type == CONTENT_TYPES["csv"]


def test_where_accept_decides_the_answer_says_so(get: Get) -> None:
    response = get("/SE/holidays?year=2026", Accept="text/csv")
    assert response.headers["Vary"] == "Accept-Language, Accept"
    etag = response.headers["ETag"]
    again = get("/SE/holidays?year=2026", Accept="text/csv", If_None_Match=etag)
    assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Language, Accept")


def test_no_format_that_is_accepted_is_406(get: Get) -> None:
    response = get("/SE/holidays?year=2026", Accept="text/html, image/*")
    assert response.json is not None
    assert (response.status_code, response.json["type"]) == (406, "/problems/not-acceptable")
    assert response.content_type == "application/problem+json"
    assert "text/calendar" in response.json["detail"]


def test_a_suffix_that_names_no_format_is_404(get: Get) -> None:
    for suffix in ("xml", "xlsx", "CSV", "json.csv", ""):
        assert get(f"/SE/holidays.{suffix}?year=2026").status_code == 404


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_answer_may_be_kept_in_any_format(get: Get, suffix: str) -> None:
    first = get(f"/SE/holidays.{suffix}?year=2026")
    assert first.headers["Cache-Control"] == "private, max-age=300"
    again = get(f"/SE/holidays.{suffix}?year=2026", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_each_format_has_an_etag_of_its_own(get: Get) -> None:
    etag = get("/SE/holidays?year=2026").headers["ETag"]
    other = get("/SE/holidays?year=2026", Accept="text/csv", If_None_Match=etag)
    assert other.status_code == 200


def test_an_answer_from_the_cache_keeps_its_format(get: Get, kept: dict[str, bytes]) -> None:
    def ask() -> list[tuple[str, bytes]]:
        return [
            (response.content_type, response.data)
            for media_type in MEDIA_TYPES.values()
            for response in [get("/SE/holidays?year=2026", Accept=media_type)]
        ]

    made = ask()
    assert [type_ for type_, _ in made] == list(CONTENT_TYPES.values())
    in_english = [b"en-US\n" + body for _, body in made]
    assert list(kept.values()) == in_english  # for Content-Language
    assert ask() == made
    assert len(kept) == len(SUFFIXES)


@pytest.mark.parametrize(
    "question",
    [
        "/XX/holidays.{}?year=2026",
        "/ES/holidays.{}?year=2007",
        "/SE/holidays.{}?from=2000-01-01&to=2026-01-01",
        "/SE/holidays.{}?from=2026-02-01&to=2026-01-01",
        "/SE/holidays.{}?from=2026-02-01",
        "/SE/holidays.{}?to=2026-02-01",
        "/SE/holidays.{}?year=2026&from=2026-01-01&to=2026-01-02",
        "/SE/holidays.{}?year=two",
        "/SE/holidays.{}?year=2026&x=1",
        "/SE/holidays.{}?year=2026&categories=none",
    ],
)
def test_what_is_refused_is_refused_alike_in_every_format(get: Get, question: str) -> None:
    refusals = []
    for suffix in SUFFIXES:
        response = get(question.format(suffix))
        assert response.content_type == "application/problem+json"
        assert response.status_code >= 400
        refusals.append({**(response.json or {}), "instance": None})
    assert refusals[0] == refusals[1] == refusals[2]


def test_a_table_needs_to_know_of_which_year(get: Get) -> None:
    assert get("/SE/holidays.csv").status_code == get("/SE/holidays.json").status_code == 400


def test_a_table_says_what_the_json_says(get: Get) -> None:
    for calendar_id in ("US", "JP", "SE+NO", "TR"):
        holidays = (get(f"/{calendar_id}/holidays?year=2026").json or {})["holidays"]
        response = get(f"/{calendar_id}/holidays.csv?year=2026")
        assert response.data.startswith(b"\xef\xbb\xbfcalendar,date,")
        table = rows_of(response)
        assert list(table[0]) == [
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
        ]
        assert table == [
            {name: holiday[name] for name in table[0]}
            | {
                "categories": " ".join(holiday["categories"]),
                "is_substitute": "true" if holiday["is_substitute"] else "false",
                "substitute_for": holiday["substitute_for"] or "",
            }
            for holiday in holidays
        ]


def test_a_day_with_several_categories_has_them_in_one_cell(get: Get) -> None:
    table = rows_of(get("/FI/holidays.csv?year=2026&categories=public,workday"))
    assert {row["categories"] for row in table} >= {"public", "workday", "public workday"}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("/us/holidays.csv?year=2026", "US-2026.csv"),
        ("/SE/holidays.csv?from=2026-12-24&to=2027-01-06", "SE-2026-12-24_2027-01-06.csv"),
        ("/SE+NO+XLON/holidays.csv?year=2026", "SE+NO+XLON-2026.csv"),
        ("/AU-NSW%20Western/holidays.csv?year=2026", "AU-NSW_Western-2026.csv"),
    ],
)
def test_a_table_is_saved_under_the_name_of_its_calendar(
    get: Get, question: str, name: str
) -> None:
    disposition = get(question).headers["Content-Disposition"]
    assert disposition == f'attachment; filename="{name}"'


@pytest.mark.parametrize("calendar_id", ["SE", "US", "JP", "CN", "TR", "TH", "DE-BY", "XNYS"])
def test_two_parsers_read_the_same_days_off(get: Get, calendar_id: str) -> None:
    feed = get(f"/{calendar_id}/holidays.ics?year=2026").data
    events = read_by_icalendar(feed)
    assert events == read_by_vobject(feed)
    listed = (get(f"/{calendar_id}/holidays?year=2026").json or {})["holidays"]
    observed = {date.fromisoformat(holiday["observed_date"]) for holiday in listed}
    assert {day for day, _ in events} >= {day for day in observed if day.year == 2026}


def test_a_day_has_an_event_when_a_holiday_makes_it_a_day_off(get: Get) -> None:
    for calendar_id in ("US", "CO", "GB-ENG"):
        feed = get(f"/{calendar_id}/holidays.ics?from=2026-05-01&to=2026-07-31").data
        off = set()
        for ordinal in range(date(2026, 5, 1).toordinal(), date(2026, 8, 1).toordinal()):
            day = date.fromordinal(ordinal)
            reasons = (get(f"/{calendar_id}/days/{day}").json or {})["reasons"]
            if any(reason["kind"] == "holiday" for reason in reasons):
                off.add(day)
        assert {day for day, _ in read_by_icalendar(feed)} == off


def test_a_holiday_and_its_substitute_are_two_events(get: Get) -> None:
    feed = get("/US/holidays.ics?from=2026-07-01&to=2026-07-31").data
    assert read_by_icalendar(feed) == [
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2026, 7, 4), "Independence Day"),
    ]
    assert "Substitute for 2026-07-04." in feed.decode()


def test_the_feed_has_the_name_of_its_calendar(get: Get) -> None:
    assert "NAME:Holidays: Bayern\r\n" in get("/de-by/holidays.ics").text
    assert r"X-WR-CALNAME:Holidays: Sweden\, Norway" in get("/SE+NO/holidays.ics").text


def test_two_fetches_are_the_same_to_the_byte(app: Flask, get: Get) -> None:
    first = get("/TR/holidays.ics")
    set_clock(app, 2026, 12, 31)
    second = get("/TR/holidays.ics")
    assert first.data == second.data
    assert get("/TR/holidays.ics", If_None_Match=first.headers["ETag"]).status_code == 304


def years_of(feed: bytes) -> list[int]:
    return sorted({day.year for day, _ in read_by_icalendar(feed)})


def test_a_subscription_never_runs_out(app: Flask, get: Get, kept: dict[str, bytes]) -> None:
    assert years_of(get("/SE/holidays.ics").data) == [2025, 2026, 2027, 2028]
    set_clock(app, 2027, 1, 1)
    assert years_of(get("/SE/holidays.ics").data) == [2026, 2027, 2028, 2029]
    assert len(kept) == 2
    by_accept = get("/SE/holidays", Accept="text/calendar")
    assert years_of(by_accept.data) == [2026, 2027, 2028, 2029]


def test_the_rolling_window_ends_where_the_facts_end(app: Flask, get: Get) -> None:
    assert years_of(get("/LK/holidays.ics").data) == [2025, 2026]
    set_clock(app, 2040, 1, 1)
    response = get("/LK/holidays.ics")
    assert response.json is not None
    assert response.status_code == 422
    assert response.json["type"] == "/problems/date-out-of-coverage"


def test_the_rolling_window_is_no_question_beyond_a_cap(
    make_app: MakeApp, make_token: MakeToken
) -> None:
    client = make_app(max_range_days=366).test_client()
    headers = {"Authorization": f"Bearer {make_token()}"}
    path = "/api/v1/calendars/SE/holidays.ics"
    assert client.get(path, headers=headers).status_code == 200
    assert client.get(f"{path}?from=2025-01-01&to=2028-12-31", headers=headers).status_code == 422


def test_the_guide_names_the_formats_and_the_columns(get: Get) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for suffix, media_type in MEDIA_TYPES.items():
        assert f"| `/holidays.{suffix}` | `{media_type}` |" in guide
    columns = get("/SE/holidays.csv?year=2026").data.decode("utf-8-sig").splitlines()[0]
    assert f"`{columns}`" in guide


def test_the_document_shows_the_media_types(client: FlaskClient) -> None:
    paths = (client.get("/openapi.json").json or {})["paths"]
    path = "/api/v1/calendars/{calendar_id}/holidays"

    def described(path: str) -> set[str]:
        return set(paths[path]["get"]["responses"]["200"]["content"])

    assert described(path) == set(MEDIA_TYPES.values())
    for suffix, media_type in MEDIA_TYPES.items():
        assert described(f"{path}.{suffix}") == {media_type}
        assert "406" not in paths[f"{path}.{suffix}"]["get"]["responses"]
    refusal = paths[path]["get"]["responses"]["406"]["content"]
    assert list(refusal) == ["application/problem+json"]
