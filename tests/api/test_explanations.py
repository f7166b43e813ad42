"""What answers explain is what one finds who looks at every day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.v1.business_days import explanation
from app.api.v1.lookup import calendar_of
from app.domain.calendar import BusinessCalendar
from app.facts.recently_used import RecentlyUsed
from app.facts.year_builder import Rules
from tests.api.conftest import MakeToken

Ask = Callable[[str], Any]
Row = dict[str, str]

# With weekends that moved, that are one day or none of Saturday and Sunday, and that are worked.
CALENDARS = ("SE", "CN", "HU", "RU", "TW", "US-GA", "AE", "IR", "BN", "XNYS", "SE+NO+XLON", "HU+CN")
RULES = {
    "": Rules(),
    "&weekend=sun": Rules(weekend=frozenset({6})),
    "&weekend=none&categories=public": Rules(("public",), frozenset()),
}
ORDINARY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ask(client: FlaskClient, make_token: MakeToken) -> Ask:
    headers = {"Authorization": f"Bearer {make_token(plan='plenty')}"}

    def get(path: str) -> Any:
        response = client.get(f"/api/v1/calendars/{path}", headers=headers)
        assert response.status_code == 200, response.text
        return response.json

    return get


def looked_at(calendar: BusinessCalendar, days: Iterator[date]) -> dict[str, list[Row]]:
    """The same, day by day."""
    skipped, worked = [], []
    for day in days:
        reasons = calendar.reasons(day)
        if not calendar.is_business_day(day):
            first = reasons[0]
            skipped.append({"date": str(day), "kind": first.kind, "name": first.name})
        elif any(reason.kind == "worked_weekend" for reason in reasons):
            worked.append({"date": str(day), "name": f"{day:%A}"})
    return {"skipped": skipped, "worked_weekends": worked}


def from_to(first: date, last: date) -> Iterator[date]:
    """Both included, in the direction from one to the other."""
    step = 1 if last >= first else -1
    return (first + timedelta(n) for n in range(0, (last - first).days + step, step))


@contextmanager
def calendar(app: Flask, code: str, rules: str) -> Iterator[BusinessCalendar]:
    with app.app_context():
        yield calendar_of(code, RULES[rules])


QUESTIONS = {
    "code": st.sampled_from(CALENDARS),
    "rules": st.sampled_from(sorted(RULES)),
    "start": st.dates(date(2008, 1, 1), date(2028, 12, 31)),
}


@ORDINARY
@given(**QUESTIONS, days=st.integers(-700, 700))
def test_a_step_explains_every_day_it_goes_through(
    app: Flask, ask: Ask, code: str, rules: str, start: date, days: int
) -> None:
    answer = ask(f"{code}/business-days/add?start={start}&days={days}{rules}")
    reached = date.fromisoformat(answer["date"])
    one = timedelta(1 if reached >= start else -1)
    first = start if days == 0 else start + one
    with calendar(app, code, rules) as facts:
        expected = looked_at(facts, from_to(first, reached))
    assert {key: answer[key] for key in expected} == expected
    back = ask(f"{code}/business-days/subtract?start={start}&days={-days}{rules}")
    assert {key: back[key] for key in ("date", *expected)} == {"date": answer["date"], **expected}


@ORDINARY
@given(
    **QUESTIONS,
    length=st.integers(-900, 900),
    include=st.sampled_from(("start", "end", "both", "none")),
)
def test_a_count_and_a_list_explain_their_interval(
    app: Flask, ask: Ask, code: str, rules: str, start: date, length: int, include: str
) -> None:
    query = f"from={start}&to={start + timedelta(length)}&include={include}{rules}"
    count = ask(f"{code}/business-days/count?{query}")
    listed = ask(f"{code}/business-days?{query}")
    first, last = sorted((start, start + timedelta(length)))
    inner = {first: "start" if length >= 0 else "end", last: "end" if length >= 0 else "start"}
    days = [
        day
        for day in from_to(first, last)
        if include == "both" or day not in inner or (include == inner[day] and first != last)
    ]
    with calendar(app, code, rules) as facts:
        expected = looked_at(facts, iter(days))
    for answer in (count, listed):
        assert {key: answer[key] for key in expected} == expected
    # Every day of the interval is one or the other.
    assert abs(count["business_days"]) + len(expected["skipped"]) == len(days)
    assert len(listed["business_days"]) + len(expected["skipped"]) == len(days)


@pytest.mark.parametrize("code", ["SE", "CN", "SE+NO+XLON"])
@pytest.mark.parametrize("days", [10_000, -10_000])
def test_the_longest_step_explains_every_day_too(
    app: Flask, ask: Ask, code: str, days: int
) -> None:
    start = date(2003, 3, 14) if days > 0 else date(2045, 3, 14)
    answer = ask(f"{code}/business-days/add?start={start}&days={days}")
    reached = date.fromisoformat(answer["date"])
    one = timedelta(1 if days > 0 else -1)
    with calendar(app, code, "") as facts:
        expected = looked_at(facts, from_to(start + one, reached))
    assert len(expected["skipped"]) > 4000
    assert {key: answer[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("path", "days"),
    [
        ("next?date=2026-02-13", ["2026-02-14"]),
        ("previous?date=2026-02-16", ["2026-02-14"]),
        ("add?start=2026-02-13&days=1", ["2026-02-14"]),
        ("add?start=2026-02-14&days=0", ["2026-02-14"]),
        ("add?start=2026-02-12&days=1", []),
        ("adjust?date=2026-02-14", ["2026-02-14"]),
        ("adjust?date=2026-02-14&convention=none", []),
        ("adjust?date=2026-02-15&convention=preceding", ["2026-02-14"]),
        ("count?from=2026-02-09&to=2026-02-16", ["2026-02-14"]),
        ("count?from=2026-02-09&to=2026-02-14", []),
    ],
)
def test_a_worked_saturday_that_was_counted_is_named(ask: Ask, path: str, days: list[str]) -> None:
    """14 February 2026 is a Saturday worked in China for the Spring Festival."""
    answer = ask(f"CN/business-days/{path}")
    assert answer["worked_weekends"] == [{"date": day, "name": "Saturday"} for day in days]


def test_settlement_names_the_worked_saturday_that_a_trade_counts_from(ask: Ask) -> None:
    answer = ask("CN/settlement?trade_date=2026-02-14&days=0")
    assert answer["effective_date"] == "2026-02-14"
    assert [day["date"] for day in answer["worked_weekends"]] == ["2026-02-14"]


@pytest.mark.parametrize(
    "path",
    [
        "business-days/add?start=2026-06-18&days=1",
        "business-days/subtract?start=2026-06-22&days=1",
        "business-days/next?date=2026-06-18",
        "business-days/previous?date=2026-06-22",
        "business-days/adjust?date=2026-06-19",
        "business-days/count?from=2026-06-15&to=2026-06-22",
        "business-days?from=2026-06-15&to=2026-06-22",
        "settlement?trade_date=2026-06-18",
    ],
)
def test_an_answer_that_need_not_explain_itself_is_the_same_without(ask: Ask, path: str) -> None:
    whole = ask(f"SE/{path}")
    assert whole == ask(f"SE/{path}&explain=true")
    assert [row["name"] for row in whole.pop("skipped")][-3:]
    assert whole.pop("worked_weekends") == []
    assert ask(f"SE/{path}&explain=false") == whole


@pytest.mark.parametrize("word", ["", "1", "True", "no"])
def test_explain_takes_two_words(client: FlaskClient, bearer: dict[str, str], word: str) -> None:
    path = f"/api/v1/calendars/SE/business-days/next?date=2026-06-18&explain={word}"
    response = client.get(path, headers=bearer)
    assert response.status_code == 400
    assert "explain must be true or false" in response.text


def test_rules_are_told_apart_in_what_is_kept(ask: Ask) -> None:
    path = "SE/business-days/count?from=2026-01-01&to=2027-01-01"
    for _ in range(2):
        skipped = {rules: len(ask(path + rules)["skipped"]) for rules in RULES}
        assert skipped[""] > skipped["&weekend=sun"] > skipped["&weekend=none&categories=public"]


def test_the_years_kept_are_bounded(app: Flask, ask: Ask) -> None:
    kept: RecentlyUsed[Any, Any] = RecentlyUsed(3)
    app.extensions[explanation.EXTENSION] = kept
    ask("SE/business-days/add?start=2000-01-01&days=2500")
    assert len(kept) == 3
