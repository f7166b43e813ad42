"""From an exception to an answer: the edge where every error is caught, once."""

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain.errors import DateOutOfCoverage, QuestionTooLarge
from app.errors.problem import Problem, problem_response
from app.errors.problems import (
    BadRequest,
    InternalError,
    MethodNotAllowed,
    NotFound,
    OutOfCoverage,
    PayloadTooLarge,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
)
from app.store.breaker import DependencyDown

logger = logging.getLogger(__name__)

RETRY_AFTER_OUTAGE_SECONDS = 5  # Some probes long: asking earlier finds the same outage.

BY_STATUS: dict[int, type[Problem]] = {
    int(kind.status): kind
    for kind in (BadRequest, NotFound, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType)
}
"""What Flask and Werkzeug refuse, by the status they give it."""


def register(app: Flask) -> None:
    """Make every error of ``app`` a problem."""
    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(DateOutOfCoverage, on_out_of_coverage)
    app.register_error_handler(QuestionTooLarge, on_too_large)
    app.register_error_handler(DependencyDown, on_dependency_down)
    app.register_error_handler(HTTPException, on_http_exception)
    app.register_error_handler(Exception, on_bug)


def on_problem(problem: Problem) -> Response:
    """A refusal of ours: the client can do something about it, so it is no error of the server."""
    logger.info("%d %s: %s", problem.status, problem.slug, problem.detail)
    return problem.response()


def on_out_of_coverage(error: DateOutOfCoverage) -> Response:
    """The domain has no facts."""
    return on_problem(OutOfCoverage(str(error)))


def on_too_large(error: QuestionTooLarge) -> Response:
    """The domain refuses the size."""
    return on_problem(TooLarge(str(error)))


def on_dependency_down(error: DependencyDown) -> Response:
    """A dependency the request cannot do without. Its outage is logged by the breaker, once."""
    return on_problem(
        Unavailable(
            f"The {error.dependency} store does not answer; try again.", RETRY_AFTER_OUTAGE_SECONDS
        )
    )


def on_http_exception(error: HTTPException) -> ResponseReturnValue:
    """What Flask and Werkzeug refuse, with the headers they set: a 405 keeps its ``Allow``."""
    if error.response is not None:  # It was made on purpose, and is complete.
        return error.response
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name.lower() not in ("content-type", "content-length")
    }
    detail = _what_to_change(error, status)
    if (kind := BY_STATUS.get(status)) is not None:
        return on_problem(kind(detail, headers=headers))
    logger.info("%d: %s", status, detail)
    return problem_response(status, "about:blank", error.name, detail, headers=headers)


def _what_to_change(error: HTTPException, status: int) -> str:
    """Our words where Werkzeug's say what is wrong and not what to do."""
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return {
        400: "The request is not readable; a body has to be what its Content-Type says.",
        404: "Nothing is served here; GET /openapi.json lists every address.",
        405: f"Use one of: {allowed}.",
        413: "Send a smaller body, or ask in several requests.",
        415: "Send the Content-Type that /openapi.json names for this address.",
    }.get(status) or str(error.description or error.name)


def on_bug(error: Exception) -> Response:
    """A fault of ours: the log has the traceback, the answer only the id to find it by."""
    logger.error("unhandled %s", type(error).__name__, exc_info=error)
    return InternalError("The fault has been logged under the id in `instance`.").response()
