"""The questions that most callers ask, answered at boot, so that nobody has to ask them first."""

import logging
import time
from collections.abc import Iterator
from datetime import date

from flask import Flask
from werkzeug.exceptions import NotFound

from app.store import EXTENSION as STORE

logger = logging.getLogger(__name__)

LARGE_COUNTRIES = ("US", "CN", "IN", "JP", "DE", "GB", "FR", "BR", "CA", "IT", "ES", "AU")


def hot_questions(today: date) -> Iterator[str]:
    """Yield their addresses, those that are asked most first."""
    years = (today.year, today.year + 1)
    for country in LARGE_COUNTRIES:
        yield f"/api/v1/calendars/{country}/days/{today}"
    for year in years:
        for country in LARGE_COUNTRIES:
            yield f"/api/v1/calendars/{country}/holidays?year={year}"
            yield f"/api/v3/PublicHolidays/{year}/{country}"


def warm_up(app: Flask, today: date, within_seconds: float) -> int:
    """Answer the hot questions into the memory of this process; return how many there was time for.

    To be called before workers fork, which share them. Nobody asks, so there is nobody to guard
    against or to count.
    within_seconds: no question is begun later; the dearest takes some 0.1 s.
    """
    deadline = time.monotonic() + within_seconds
    answered = 0
    for question in hot_questions(today):
        if time.monotonic() > deadline:
            break
        with app.test_request_context(question):
            try:
                app.dispatch_request()
                answered += 1
            except NotFound:
                continue  # The paths of Nager.Date may be off.
            except Exception:
                # Whoever asks is told why; a boot does not end for it.
                logger.exception("%s is not answered beforehand", question)
    app.extensions[STORE].redis.close()  # A connection is not to be shared by workers.
    return answered
