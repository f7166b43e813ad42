"""GET /api/v1/calendars/{id}/holidays, and the same with .json, .csv or .ics at its end"""

from functools import partial

from flask import Response, request

from app.api.documented import documented
from app.api.formats.negotiation import CSV, ICALENDAR, JSON, Format, accepted_format
from app.api.formats.spreadsheet import attachment
from app.api.parameters import parse_query
from app.api.v1 import blueprint
from app.api.v1.display import Display
from app.api.v1.holidays.bodies import HolidaysAnswer
from app.api.v1.holidays.query import FeedQuery, HolidaysQuery
from app.api.v1.holidays.writers import WRITERS
from app.api.v1.lookup import entries_of
from app.cache.answers import kept, kept_for_all, respond
from app.errors.problems import NotAcceptable
from app.limits.cost import Questions, asks, asks_for_a_feed, asks_for_a_list


def _negotiated_questions() -> Questions:
    """A feed costs the same however it is asked for; what admits no format is refused later."""
    try:
        format_ = accepted_format(request.accept_mimetypes, tuple(WRITERS))
    except NotAcceptable:
        format_ = JSON
    return Questions("feed" if format_ is ICALENDAR else "list")


@blueprint.get("/calendars/<calendar_id>/holidays")
@asks(_negotiated_questions)
@documented(
    query=HolidaysQuery,
    answers=HolidaysAnswer,
    texts=(CSV.media_type, ICALENDAR.media_type),
    problems=(404, 406, 422),
)
def list_holidays(calendar_id: str) -> Response:
    """List the holidays whose day, or the day off for it, lies in a year or a range.

    In the format that ``Accept`` likes best: JSON, unless it says otherwise. Problems:
    invalid-query 400, unknown-calendar 404, not-acceptable 406, date-out-of-coverage and
    question-too-large 422.
    """
    response = _answer(calendar_id, accepted_format(request.accept_mimetypes, tuple(WRITERS)))
    response.vary.add("Accept")
    return response


@blueprint.get("/calendars/<calendar_id>/holidays.json")
@asks_for_a_list
@documented(query=HolidaysQuery, answers=HolidaysAnswer, problems=(404, 422))
def list_holidays_as_json(calendar_id: str) -> Response:
    """List the holidays as JSON, whatever ``Accept`` says.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    return _answer(calendar_id, JSON)


@blueprint.get("/calendars/<calendar_id>/holidays.csv")
@asks_for_a_list
@documented(query=HolidaysQuery, texts=(CSV.media_type,), problems=(404, 422))
def list_holidays_as_csv(calendar_id: str) -> Response:
    """List the holidays as a table for a spreadsheet, one row each.

    Problems: invalid-query 400, unknown-calendar 404, date-out-of-coverage and
    question-too-large 422.
    """
    return _answer(calendar_id, CSV)


@blueprint.get("/calendars/<calendar_id>/holidays.ics")
@asks_for_a_feed
@documented(query=FeedQuery, texts=(ICALENDAR.media_type,), problems=(404, 422))
def list_holidays_as_icalendar(calendar_id: str) -> Response:
    """List the days off as an iCalendar feed to subscribe to.

    Without ``year``, ``from`` and ``to`` it reaches from the start of last year to the end of the
    year after next, as far as the calendar is covered. Problems: invalid-query 400,
    unknown-calendar 404, date-out-of-coverage and question-too-large 422.
    """
    return _answer(calendar_id, ICALENDAR)


def _answer(calendar_id: str, format_: Format) -> Response:
    query = parse_query(FeedQuery if format_ is ICALENDAR else HolidaysQuery)
    calendar = query.calendar_of(calendar_id)
    first, last = query.period_of(calendar)
    display = Display()
    body = display.keep(
        kept_for_all if format_ is ICALENDAR else kept,  # It is dear to write.
        entries_of(calendar_id),
        partial(WRITERS[format_], calendar, first, last, query.observed, display),
        format_.suffix,
        first,
        last,
    )
    response = display.label(respond(body, format_.content_type))
    if format_ is CSV:
        period = str(query.year) if query.year else f"{first}_{last}"
        response.headers["Content-Disposition"] = attachment(calendar.id, period)
    return response
