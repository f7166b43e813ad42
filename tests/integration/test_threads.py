"""Eight threads on a cold almanac, through the whole application: no answer is wrong.

The library's own objects, shared while they grow, give 24 wrong answers of as many look-ups.
"""

import random
import sys
import threading
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from flask import Flask
from holidays import country_holidays

from tests.integration.conftest import MakeReplica
from tests.integration.test_shared_limits import token_of

THREADS = 8
YEARS = range(1961, 2021)
COUNTRIES = (
    *("AT", "AU", "BE", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DK", "EC", "FI", "GB", "GR"),
    *("HK", "HU", "IE", "IL", "IS", "IT", "JP", "KR", "MX", "NO", "NZ", "PL", "PT", "TR", "ZA"),
)
LOOK_UPS = 14_400


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns fifty times as often as they do by themselves."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(interval / 50)
    yield
    sys.setswitchinterval(interval)


Expected = dict[str, list[tuple[str, bool]]]
"""By country: a question, and whether its day is a public holiday."""


@cache
def days_off(country: str, year: int) -> list[date]:
    """The holidays of a new object of the library, that nobody else has looked at."""
    return sorted(country_holidays(country, years=year, expand=False, language="en_US"))


def look_ups(seed: int) -> Expected:
    """What the library says of a holiday and of some other day, year by year."""
    chosen = random.Random(seed)
    expected: Expected = {}
    for country in COUNTRIES:
        expected[country] = []
        for year in YEARS:
            holidays = days_off(country, year)
            other = date(year, chosen.randint(1, 12), chosen.randint(1, 28))
            day = chosen.choice([other, chosen.choice([*holidays, other])])
            question = f"calendars/{country}/days/{day}?categories=public"
            expected[country].append((question, day in holidays))
    return expected


@pytest.mark.usefixtures("hasty")
def test_eight_threads_get_no_wrong_answer_of_a_cold_almanac(make_replica: MakeReplica) -> None:
    app: Flask = make_replica()
    bearer = token_of(app, "plenty")
    expected = [look_ups(seed) for seed in range(THREADS)]
    assert sum(len(asked) for each in expected for asked in each.values()) == LOOK_UPS
    together = threading.Barrier(THREADS)
    answered: list[int] = []
    wrong: list[str] = []

    def ask(mine: Expected) -> None:
        client = app.test_client()
        for asked in mine.values():
            together.wait(timeout=60)  # All ask for the same years, which nobody has read before.
            questions = [question for question, _ in asked]
            response = client.post("/api/v1/batch", json={"questions": questions}, headers=bearer)
            answers = response.json["answers"] if response.json else []
            answered.append(len(answers))
            for (question, is_holiday), answer in zip(asked, answers, strict=True):
                reasons = answer["body"]["reasons"]
                if is_holiday != any(reason["kind"] == "holiday" for reason in reasons):
                    wrong.append(question)

    threads = [threading.Thread(target=ask, args=(mine,)) for mine in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answered) == LOOK_UPS
    assert wrong == []
