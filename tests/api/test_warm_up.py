"""What most callers ask is answered before anybody asks."""

from datetime import date

import pytest
from flask import Flask

from app.api.warm_up import hot_questions, warm_up
from app.observability import metrics
from tests.conftest import MakeApp

TODAY = date(2026, 11, 21)


def made() -> float:
    """How many answers were made in this process."""
    counted: float = metrics.CACHE.labels("made")._value.get()
    return counted


def test_what_is_warmed_up_needs_no_making_for_whoever_asks(
    app: Flask, bearer: dict[str, str]
) -> None:
    questions = list(hot_questions(TODAY))
    assert warm_up(app, TODAY, within_seconds=60) == len(questions)
    before = made()
    client = app.test_client()
    for question in questions:
        assert client.get(question, headers=bearer).status_code == 200, question
    assert made() == before


def test_it_begins_nothing_when_its_time_is_over(app: Flask) -> None:
    before = made()
    assert warm_up(app, TODAY, within_seconds=0) == 0
    assert made() == before


def test_what_has_no_answer_is_named_and_ends_no_boot(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert warm_up(app, date(2300, 1, 1), within_seconds=60) == 0
    assert "/api/v1/calendars/US/days/2300-01-01 is not answered beforehand" in caplog.text


def test_it_does_without_the_paths_of_nager(make_app: MakeApp) -> None:
    app = make_app(nager_enabled=False)
    answered = warm_up(app, TODAY, within_seconds=60)
    assert 0 < answered < len(list(hot_questions(TODAY)))
