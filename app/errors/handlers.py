"""From an exception to an answer: the edge where every error is caught, once."""

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain.errors import DateOutOfCoverage, QuestionTooLarge
from app.errors.problems import OutOfCoverage, Problem, TooLarge, Unavailable, problem_response
from app.store.breaker import DependencyDown

logger = logging.getLogger(__name__)

RETRY_AFTER_OUTAGE_SECONDS = 5  # Some probes long: asking earlier finds the same outage.

HTTP_PROBLEMS = {
    400: ("invalid-request", "The request is not readable"),
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "The method is not allowed here"),
    413: ("payload-too-large", "The request body is too large"),
    415: ("unsupported-media-type", "The media type is not supported"),
}


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
    slug, title = HTTP_PROBLEMS.get(status) or _by_status(status)
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name.lower() not in ("content-type", "content-length")
    }
    detail = error.description or title
    logger.info("%d %s: %s", status, slug, detail)
    return problem_response(status, slug, title, detail, headers=headers)


def on_bug(error: Exception) -> Response:
    """A fault of ours: the log has the traceback, the answer only the id to find it by."""
    logger.error("unhandled %s", type(error).__name__, exc_info=error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something went wrong on our side",
        "The fault has been logged under the id in `instance`.",
    )


def _by_status(status: int) -> tuple[str, str]:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"
    return phrase.lower().replace(" ", "-"), phrase
