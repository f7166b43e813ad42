"""The checks pass right answers and catch each kind of wrong one."""

import json
from datetime import date
from typing import Any

import pytest

from loadtest.checks import (
    NAGER_KEYS,
    WrongAnswer,
    check_batch,
    check_calendar,
    check_calendar_list,
    check_count,
    check_day,
    check_feed,
    check_holidays,
    check_nager_holidays,
    check_reached,
    check_refusal,
    problem_in,
)

FRIDAY, SATURDAY = date(2026, 6, 26), date(2026, 6, 27)


def year_of_sweden(**changes: Any) -> dict[str, Any]:
    return {
        "calendar": "SE",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "data_version": "1",
        "holidays": [
            {"date": "2026-01-01", "name": "New Year's Day"},
            {"date": "2026-06-19", "name": "Midsummer Eve"},
        ],
    } | changes


def walk(**changes: Any) -> dict[str, Any]:
    return {
        "calendar": "SE",
        "start": "2026-06-26",
        "days": 1,
        "date": "2026-06-29",
        "data_version": "1",
        "skipped": [{"date": "2026-06-27"}, {"date": "2026-06-28"}],
    } | changes


def test_a_right_year_passes() -> None:
    check_holidays(year_of_sweden(), "SE", 2026)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"calendar": "NO"}, "calendar is 'NO'"),
        ({"to": "2026-12-30"}, "to is"),
        ({"data_version": ""}, "data_version"),
        ({"holidays": None}, "not a list"),
        ({"holidays": [{"date": "2026-01-01", "name": ""}]}, "no name"),
        ({"holidays": [{"date": "2027-01-01", "name": "New Year's Day"}]}, "outside 2026"),
        ({"holidays": [{"date": "01/01/2026", "name": "New Year's Day"}]}, "not a date"),
        ({"holidays": list(reversed(year_of_sweden()["holidays"]))}, "not in order"),
    ],
)
def test_a_wrong_year_is_caught(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_holidays(year_of_sweden(**changes), "SE", 2026)


def test_a_holiday_observed_in_the_year_belongs_to_it_whatever_its_date() -> None:
    holiday = {"date": "2028-01-01", "observed_date": "2027-12-31", "name": "New Year's Day"}
    body = year_of_sweden(**{"from": "2027-01-01", "to": "2027-12-31", "holidays": [holiday]})
    check_holidays(body, "SE", 2027)


def test_a_calendar_tells_what_it_covers() -> None:
    coverage = {"from": "2003-01-01", "to": "2026-12-31"}
    body = {"id": "LK", "data_version": "1", "coverage": coverage}
    assert check_calendar(body, "LK") == (date(2003, 1, 1), date(2026, 12, 31))
    with pytest.raises(WrongAnswer, match="before it begins"):
        check_calendar(body | {"coverage": {"from": "2026-01-01", "to": "2003-12-31"}}, "LK")


def test_a_closed_day_needs_a_reason() -> None:
    body = {"calendar": "SE", "date": "2026-06-27", "data_version": "1", "is_business_day": False}
    check_day(body | {"reasons": [{"kind": "weekend"}]}, "SE", SATURDAY)
    with pytest.raises(WrongAnswer, match="without a reason"):
        check_day(body | {"reasons": []}, "SE", SATURDAY)


def test_a_right_walk_tells_where_it_ends() -> None:
    assert check_reached(walk(), "SE", FRIDAY, 1) == date(2026, 6, 29)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"date": "2026-06-30"}, "end at 2026-06-30"),
        ({"skipped": [{"date": "2026-06-27"}]}, "1 \\+ 1 skipped days"),
        ({"skipped": [{"date": "2026-06-26"}, {"date": "2026-06-27"}]}, "off the way"),
        ({"days": 2}, "days is 2"),
    ],
)
def test_a_wrong_walk_is_caught(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WrongAnswer, match=complaint):
        check_reached(walk(**changes), "SE", FRIDAY, 1)


def test_a_count_larger_than_its_period_is_caught() -> None:
    body = {"calendar": "SE", "from": "2026-06-26", "to": "2026-06-27", "data_version": "1"}
    assert check_count(body | {"business_days": 1}, "SE", FRIDAY, SATURDAY) == 1
    with pytest.raises(WrongAnswer, match="2 business days"):
        check_count(body | {"business_days": 2}, "SE", FRIDAY, SATURDAY)


def test_a_shrunken_or_doubled_list_of_calendars_is_caught() -> None:
    body = {"calendars": [{"id": "SE"}, {"id": "NO"}]}
    check_calendar_list(body, at_least=2)
    with pytest.raises(WrongAnswer, match="only 2"):
        check_calendar_list(body, at_least=3)
    with pytest.raises(WrongAnswer, match="twice"):
        check_calendar_list({"calendars": [{"id": "SE"}, {"id": "SE"}]}, at_least=1)


def test_failures_of_one_kind_read_the_same() -> None:
    problem = {"type": "/problems/internal", "title": "Internal error"}
    first = json.dumps(problem | {"instance": "request-1"}).encode()
    second = json.dumps(problem | {"instance": "request-2"}).encode()
    assert problem_in(first) == problem_in(second) == "/problems/internal Internal error"
    assert problem_in(b"<html>502</html>") == "<html>502</html>"


def feed(*events: str, end: str = "END:VCALENDAR\r\n") -> bytes:
    return ("BEGIN:VCALENDAR\r\n" + "".join(events) + end).encode()


def event(uid: str) -> str:
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\nEND:VEVENT\r\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (feed(event("1"), end=""), "no end"),
        (feed(event("1"), "BEGIN:VEVENT\r\n"), "not whole"),
        (feed(event("1"), event("1")), "one UID"),
    ],
)
def test_a_broken_feed_is_caught(content: bytes, told: str) -> None:
    check_feed(feed(event("1"), event("2")))
    check_feed(feed())
    with pytest.raises(WrongAnswer, match=told):
        check_feed(content)


def test_a_batch_that_mixes_up_its_answers_is_caught() -> None:
    questions = ["calendars/SE/days/2026-06-26", "calendars/AU-NSW%20Western/days/2026-06-26"]
    answers = [
        {
            "question": question,
            "status": 200,
            "body": {
                "calendar": calendar,
                "date": "2026-06-26",
                "data_version": "1",
                "is_business_day": True,
                "reasons": [],
            },
        }
        for question, calendar in zip(questions, ("SE", "AU-NSW Western"), strict=True)
    ]
    check_batch({"data_version": "1", "answers": answers}, questions)
    with pytest.raises(WrongAnswer, match="in order"):
        check_batch({"data_version": "1", "answers": answers[::-1]}, questions)
    answers[0]["body"], answers[1]["body"] = answers[1]["body"], answers[0]["body"]
    with pytest.raises(WrongAnswer, match="calendar is"):
        check_batch({"data_version": "1", "answers": answers}, questions)


def test_a_refusal_names_its_plan_and_when_to_come_back() -> None:
    problem = {"type": "/problems/rate-limited", "plan": "small"}
    assert check_refusal(json.dumps(problem).encode(), "3") == "small"
    assert check_refusal(b'{"type": "/problems/rate-limited"}', "1") == "load balancer"
    for content, retry_after in ((b"Slow down", "1"), (json.dumps(problem).encode(), None)):
        with pytest.raises(WrongAnswer):
            check_refusal(content, retry_after)


def test_holidays_in_the_shape_of_nager_are_held_to_it() -> None:
    row = dict.fromkeys(NAGER_KEYS) | {"countryCode": "US", "date": "2027-12-31"}
    check_nager_holidays([row], "US", 2028)  # New Year 2028, a Saturday
    for wrong in ([], [row | {"countryCode": "DE"}], [row | {"more": 1}]):
        with pytest.raises(WrongAnswer):
            check_nager_holidays(wrong, "US", 2028)
    with pytest.raises(WrongAnswer, match="not in 2026"):
        check_nager_holidays([row], "US", 2026)
