"""The language of names: asked for by lang= or Accept-Language, and said in the answer."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from app.api import clock
from app.cache import EXTENSION as CACHE

Get = Callable[..., TestResponse]

LISTS = {
    "calendars/SE/days/2026-06-19": "reasons",
    "calendars/SE/days/today": "reasons",
    "calendars/SE/holidays?year=2026": "holidays",
    "calendars/SE/holidays.json?year=2026": "holidays",
    "calendars/SE/holidays/next": "holidays",
    "holidays?date=2026-06-19": "holidays",
    "holidays/upcoming?days=31": "holidays",
}


@pytest.fixture
def get(app: Flask, client: FlaskClient, bearer: dict[str, str]) -> Get:
    """Ask on the day of Midsummer Eve, for ``accept``, if anything, in Accept-Language."""
    app.extensions[clock.EXTENSION] = lambda: datetime(2026, 6, 19, 12, tzinfo=UTC)

    def get(path: str, accept: str | None = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            named["Accept-Language"] = accept
        return client.get(f"/api/v1/{path}", headers={**bearer, **named})

    return get


def with_lang(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


def rows_of(path: str, response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = (response.json or {})[LISTS[path]]
    assert rows
    return rows


@pytest.mark.parametrize("path", LISTS)
def test_whoever_asks_for_nothing_is_answered_in_english(get: Get, path: str) -> None:
    for row in rows_of(path, get(path)):
        assert row["display_language"] in ("en", "en-US")
        assert row["display_name"] == row["name"]


@pytest.mark.parametrize("path", LISTS)
def test_lang_and_accept_language_choose_the_same(get: Get, path: str) -> None:
    by_lang, by_header = get(with_lang(path, "sv")), get(path, "sv")
    assert by_lang.data == by_header.data
    for row in rows_of(path, by_lang):
        if row["calendar"] == "SE":
            assert (row["display_language"], row["display_name"]) == ("sv", row["local_name"])
    assert "sv" in by_lang.headers["Content-Language"].split(", ")
    assert "accept-language" not in by_lang.vary
    assert "accept-language" in by_header.vary
    assert "accept-language" in get(path).vary


@pytest.mark.parametrize("path", LISTS)
def test_no_other_key_depends_on_the_language(get: Get, path: str) -> None:
    def without(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        shown = ("display_name", "display_language")
        return [{key: row[key] for key in row if key not in shown} for row in rows]

    expected = without(rows_of(path, get(path)))
    assert without(rows_of(path, get(path, "uk"))) == expected


DAY = "calendars/DE/days/2026-01-01"


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-de", "de"),
        ("uk;q=0.4, de;q=0.8", "de"),
        ("de;q=0.4, uk;q=0.8", "uk"),
        ("sv, uk;q=0.5", "uk"),
        ("sv", "en-US"),
        ("*", "en-US"),
        ("uk;q=0.5, *", "uk"),
        ("de;q=0, *", "en-US"),
        ("en-GB", "en-US"),
        ("en;q=0", "de"),
        ("en;q=0, de;q=0", "en-US"),
        ("*;q=0", "en-US"),
        ("", "en-US"),
        ("de;q=much", "en-US"),
        ("!!, ,;;=", "en-US"),
        ("uk-" + "x" * 300, "en-US"),
    ],
)
def test_the_header_is_read_as_a_list_by_quality(get: Get, accept: str, language: str) -> None:
    response = get(DAY, accept)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


def test_lang_goes_before_the_header(get: Get) -> None:
    assert get(f"{DAY}?lang=uk", "de").headers["Content-Language"] == "uk"
    assert get(f"{DAY}?lang=sv", "de").headers["Content-Language"] == "en-US"


@pytest.mark.parametrize(
    "lang", ["", "d", "de_DE", "de-", "-de", "*", "de, sv", "ü", "a" * 101, "e\n"]
)
def test_a_malformed_lang_is_refused_and_named(get: Get, lang: str) -> None:
    for path in ("calendars/DE/days/2026-01-01", "calendars/DE/holidays.ics", "holidays/upcoming"):
        response = get(f"{path}?lang={lang.replace(chr(10), '%0A')}")
        assert response.status_code == 400
        assert response.json is not None
        assert response.json["type"] == "/problems/invalid-query"
        assert [error["field"] for error in response.json["errors"]] == ["lang"]


@pytest.mark.parametrize("lang", ["sv", "zh-Hant-TW", "de-1996", "en-a-bbb-x-y", "x-mine", "qaa"])
def test_a_language_that_is_not_there_is_no_error(get: Get, lang: str) -> None:
    assert get(f"calendars/BR/days/2026-01-01?lang={lang}").status_code == 200


def test_a_weekend_is_named_in_english_and_says_so(get: Get) -> None:
    (reason,) = (get("calendars/DE/days/2026-06-20?lang=de").json or {})["reasons"]
    assert (reason["display_name"], reason["display_language"]) == ("Saturday", "en-US")


def test_an_answer_without_names_is_in_no_language(get: Get) -> None:
    response = get("calendars/DE/days/2026-06-18?lang=de")
    assert "Content-Language" not in response.headers


def test_each_member_of_a_joint_calendar_is_shown_in_what_it_has(get: Get) -> None:
    response = get("calendars/SE+DE/days/2026-01-01?lang=sv")
    reasons = (response.json or {})["reasons"]
    assert [(r["calendar"], r["display_language"]) for r in reasons] == [
        ("SE", "sv"),
        ("DE", "en-US"),
    ]
    assert response.headers["Content-Language"] == "en-US, sv"


def test_what_is_kept_is_kept_by_the_languages_decided_on(app: Flask, get: Get) -> None:
    memory = app.extensions[CACHE].memory
    get(DAY, "de")
    size_bytes = memory.size_bytes
    for header in ("de", "de-AT", "de;q=0.5", "sv, de;q=0.1"):
        assert get(DAY, header).headers["Content-Language"] == "de"
    assert memory.size_bytes == size_bytes
    get(DAY)
    assert memory.size_bytes > size_bytes
    size_bytes = memory.size_bytes
    for header in ("en", "*", "sv", "pt-BR, *;q=0.1"):
        assert get(DAY, header).headers["Content-Language"] == "en-US"
    assert memory.size_bytes == size_bytes


def test_the_etag_differs_by_language(get: Get) -> None:
    english, german = get(DAY), get(DAY, "de")
    assert english.headers["ETag"] != german.headers["ETag"]
    again = get(DAY, "de-CH", If_None_Match=german.headers["ETag"])
    assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Language")
    assert get(DAY, If_None_Match=german.headers["ETag"]).status_code == 200


def test_a_table_has_the_name_and_its_language(get: Get) -> None:
    response = get("calendars/CH/holidays.csv?year=2026&lang=fr")
    first = next(csv.DictReader(StringIO(response.data.decode("utf-8-sig"))))
    assert (first["name"], first["local_name"]) == ("New Year's Day", "Neujahrstag")
    assert (first["display_name"], first["display_language"]) == ("Nouvel An", "fr")
    assert response.headers["Content-Language"] == "fr"


def summaries(response: TestResponse) -> list[tuple[str, str]]:
    events = Calendar.from_ical(response.data).walk("VEVENT")
    return [(str(e["summary"]), e["summary"].params["LANGUAGE"]) for e in events]


def test_the_summary_of_an_event_is_in_the_language_asked_for(get: Get) -> None:
    feed = get("calendars/ES/holidays.ics?year=2026", "ca")
    assert ("Cap d'Any", "ca") in summaries(feed)
    assert get("calendars/ES/holidays.ics?year=2026", "ca").data == feed.data
    english = get("calendars/ES/holidays.ics?year=2026")
    assert ("New Year's Day", "en-US") in summaries(english)

    def uids(response: TestResponse) -> list[str]:
        return [str(e["uid"]) for e in Calendar.from_ical(response.data).walk("VEVENT")]

    assert uids(feed) == uids(english)


def test_a_substitute_is_told_without_a_word_of_another_language(get: Get) -> None:
    path = "calendars/US/holidays.ics?from=2026-07-03&to=2026-07-03"
    assert summaries(get(path)) == [("Independence Day (observed)", "en-US")]
    ((summary, language),) = summaries(get(f"{path}&lang=th"))
    assert (summary, language) == ("วันประกาศอิสรภาพ (2026-07-04)", "th")


def test_a_batch_is_answered_in_the_language_of_its_header(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    questions = [
        DAY,
        f"{DAY}?lang=uk",
        "calendars/DE/business-days/count?from=2026-01-01&to=2026-02-01",
    ]
    response = client.post(
        "/api/v1/batch",
        json={"questions": questions},
        headers={**bearer, "Accept-Language": "de"},
    )
    german, ukrainian, _ = (response.json or {})["answers"]
    assert german["body"]["reasons"][0]["display_name"] == "Neujahr"
    assert ukrainian["body"]["reasons"][0]["display_language"] == "uk"
    assert response.headers["Content-Language"] == "de, uk"
    assert response.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/PublicHolidays/2026/AT",
        "/api/v3/NextPublicHolidays/AT",
        "/api/v3/CountryInfo/AT",
        "/api/v4/Holidays/AT/2026",
    ],
)
def test_the_paths_of_nager_keep_to_their_contract(client: FlaskClient, path: str) -> None:
    plain = client.get(path)
    asked = client.get(path, headers={"Accept-Language": "uk"})
    assert plain.status_code == asked.status_code == 200
    assert plain.data == asked.data
    assert "Vary" not in asked.headers
    assert "Content-Language" not in asked.headers


def test_the_document_tells_of_the_parameter_and_the_header(client: FlaskClient) -> None:
    paths = (client.get("/openapi.json").json or {})["paths"]
    parameters = paths["/api/v1/calendars/{calendar_id}/days/{date}"]["get"]["parameters"]
    places = {parameter["name"]: parameter["in"] for parameter in parameters}
    assert places["lang"] == "query"
    assert places["Accept-Language"] == "header"
