"""The header Accept and the format it leads to."""

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from app.api.formats.negotiation import CSV, ICALENDAR, JSON, accepted_format
from app.errors.problems import NotAcceptable

OFFERED = (JSON, CSV, ICALENDAR)


def suffix_for(accept: str) -> str:
    return accepted_format(parse_accept_header(accept, MIMEAccept), OFFERED).suffix


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("application/json", "json"),
        ("text/csv", "csv"),
        ("text/calendar", "ics"),
        ("Text/CSV", "csv"),
        ("text/csv; charset=utf-8", "csv"),
        ("application/problem+json, text/csv", "csv"),
    ],
)
def test_a_media_type_leads_to_its_format(accept: str, suffix: str) -> None:
    assert suffix_for(accept) == suffix


@pytest.mark.parametrize("accept", ["", " ", ",", "*/*", "application/*", "text/html, */*;q=0.1"])
def test_json_is_for_those_who_have_no_opinion(accept: str) -> None:
    assert suffix_for(accept) == "json"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("application/json;q=0.5, text/csv;q=0.9", "csv"),
        ("text/calendar;q=0.2, text/csv;q=0.1", "ics"),
        ("text/csv, application/json", "json"),  # liked as much: the one offered first
        ("text/*", "csv"),
        ("text/*;q=0.5, application/json;q=0.4", "csv"),
        ("*/*, application/json;q=0.5", "csv"),
        ("text/*, text/csv;q=0.1", "ics"),
        ("*/*, application/json;q=0", "csv"),
        ("text/*, text/csv;q=0", "ics"),
    ],
)
def test_the_most_specific_range_says_how_much_a_format_is_liked(accept: str, suffix: str) -> None:
    assert suffix_for(accept) == suffix


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "text/csv;q=0, text/html", "json"],
)
def test_what_admits_no_format_is_refused_and_told_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="application/json, text/csv, text/calendar"):
        suffix_for(accept)
