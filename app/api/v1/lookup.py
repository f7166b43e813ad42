"""From the id or the name in a path to a calendar, and the caps that a question must keep to."""

from datetime import date

from flask import current_app

from app.domain.calendar import BusinessCalendar
from app.domain.errors import QuestionTooLarge
from app.errors.problems import AmbiguousName, UnknownCalendar
from app.facts.almanac import Almanac
from app.facts.catalogue import CatalogueEntry
from app.facts.names import Names
from app.facts.year_builder import OWN_RULES, Rules

MAX_MEMBERS = 10  # Settlement takes two or three; each costs a look at its years.


def almanac() -> Almanac:
    """The almanac of the current application."""
    found: Almanac = current_app.extensions["fasti.almanac"]
    return found


def entry_of(calendar_id: str) -> CatalogueEntry:
    """Return the entry that an id or a name names. Raises UnknownCalendar, AmbiguousName."""
    return _entry_among(almanac().names, calendar_id)


def _entry_among(names: Names, calendar_id: str) -> CatalogueEntry:
    found = names.find(calendar_id)
    if len(found) > 1:
        ids = ", ".join(entry.id for entry in found)
        candidates = [{"id": e.id, "kind": e.kind, "name": e.name} for e in found]
        raise AmbiguousName(f"Ask by id for the one that is meant: {ids}.", candidates)
    if not found:
        raise UnknownCalendar(
            "No calendar has that id or name; GET /api/v1/calendars lists them all, and finds them "
            "by a part of a name (q)."
        )
    return found[0]


def entries_of(calendar_id: str) -> list[CatalogueEntry]:
    """Return the members that a joint id such as ``SE+NO+XLON`` names, each once, in its order.

    One for an id of a single calendar. Raises UnknownCalendar, AmbiguousName, QuestionTooLarge.
    """
    codes = calendar_id.split("+")
    if len(codes) > MAX_MEMBERS:
        raise QuestionTooLarge(f"A joint calendar may have {MAX_MEMBERS} members.")
    names = almanac().names
    if len(codes) == 1:
        return [_entry_among(names, calendar_id)]
    return list({entry.id: entry for entry in (_entry_among(names, c) for c in codes)}.values())


def calendar_of(calendar_id: str, rules: Rules = OWN_RULES) -> BusinessCalendar:
    """Return the calendar that the id names. Raises UnknownCalendar, QuestionTooLarge."""
    entries = entries_of(calendar_id)
    if len(entries) == 1:
        return almanac().calendar(entries[0], rules)
    return almanac().joint_calendar(entries, rules)


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
