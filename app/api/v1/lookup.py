"""From the id in a path to a calendar, and the caps that a question must keep to."""

from datetime import date

from flask import current_app

from app.domain.calendar import BusinessCalendar
from app.domain.errors import QuestionTooLarge
from app.errors.problems import UnknownCalendar
from app.facts.almanac import Almanac
from app.facts.catalogue import CatalogueEntry


def almanac() -> Almanac:
    """The almanac of the current application."""
    found: Almanac = current_app.extensions["fasti.almanac"]
    return found


def entry_of(calendar_id: str) -> CatalogueEntry:
    """Return the entry that the id names. Raises UnknownCalendar."""
    entry = almanac().catalogue.find(calendar_id)
    if entry is None:
        raise UnknownCalendar("No calendar has that id; GET /api/v1/calendars lists them all.")
    return entry


def calendar_of(calendar_id: str) -> BusinessCalendar:
    """Return the calendar that the id names. Raises UnknownCalendar."""
    return almanac().calendar(entry_of(calendar_id))


def check_range(first: date, last: date) -> None:
    """Raises QuestionTooLarge when the range is longer, either way, than a question may span."""
    cap = current_app.config["FASTI_MAX_RANGE_DAYS"]
    if abs((last - first).days) > cap:
        raise QuestionTooLarge(f"A range may span {cap} days (FASTI_MAX_RANGE_DAYS).")


def check_step(days: int) -> None:
    """Raises QuestionTooLarge when a step is longer, either way, than a question may take."""
    cap = current_app.config["FASTI_MAX_BUSINESS_DAYS"]
    if abs(days) > cap:
        raise QuestionTooLarge(f"days may be {cap} at most, either way (FASTI_MAX_BUSINESS_DAYS).")
