"""The problems Fasti answers, one class a type; docs/problems.md says the same to people.

Problem
├── InvalidRequest        400  invalid-request       body or header unreadable
├── InvalidQuery          400  invalid-query         a parameter unreadable; ``errors`` names it
├── Unauthorized          401  unauthorized          no token
├── InvalidToken          401  invalid-token         a token that does not verify
├── InsufficientScope     403  insufficient-scope    a token without the scope
├── UnknownCalendar       404  unknown-calendar
├── OutOfCoverage         422  date-out-of-coverage  no facts for that date
├── TooLarge              422  question-too-large    beyond a cap, which the detail names
├── RateLimited           429  rate-limited          Retry-After says how long
└── Unavailable           503  unavailable           a dependency is down; Retry-After
Everything HTTP itself can refuse (404, 405, 413, 415, …) and 500 are problems as well: handlers.py.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

from flask import Response

from app.errors.json import json_response
from app.observability.request_id import current_request_id

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An error with an answer. ``title`` is fixed per type, ``detail`` says what to change."""

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer to send."""
        return problem_response(
            self.status, self.slug, self.title, self.detail, self.errors, self.headers
        )


def problem_response(
    status: int,
    slug: str,
    title: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an RFC 9457 answer. ``instance`` is the request id, by which the logs find it."""
    body: dict[str, object] = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": current_request_id(),
    }
    if errors:
        body["errors"] = list(errors)
    response = json_response(body, status=status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response


class InvalidRequest(Problem):
    """The body or a header cannot be read."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "invalid-request", "The request is not readable"


class InvalidQuery(Problem):
    """A parameter of the path or the query cannot be read."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "invalid-query", "A parameter is not valid"


class Unauthorized(Problem):
    """No token came with the request. RFC 6750 section 3.1: then no error code either."""

    status, slug, title = HTTPStatus.UNAUTHORIZED, "unauthorized", "A bearer token is needed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="fasti"'})


class InvalidToken(Problem):
    """A token came and does not verify."""

    status, slug, title = HTTPStatus.UNAUTHORIZED, "invalid-token", "The token is not valid"

    def __init__(self, detail: str) -> None:
        challenge = f'Bearer realm="fasti", error="invalid_token", error_description="{detail}"'
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class InsufficientScope(Problem):
    """The token verifies and lacks the scope. ``scope``: the one that is needed."""

    status, slug, title = HTTPStatus.FORBIDDEN, "insufficient-scope", "The token lacks the scope"

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer realm="fasti", error="insufficient_scope", scope="{scope}"'
        super().__init__(
            f"Ask for a token with the scope {scope}.", headers={"WWW-Authenticate": challenge}
        )


class UnknownCalendar(Problem):
    """No calendar has that id."""

    status, slug, title = HTTPStatus.NOT_FOUND, "unknown-calendar", "There is no such calendar"


class OutOfCoverage(Problem):
    """The calendar has no facts for a date that the question needs."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "date-out-of-coverage", "The calendar does not cover the date"


class TooLarge(Problem):
    """The question is beyond a cap."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "question-too-large", "The question is too large"


class RateLimited(Problem):
    """A limit refused the request."""

    status, slug, title = HTTPStatus.TOO_MANY_REQUESTS, "rate-limited", "Too many requests"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


class Unavailable(Problem):
    """What the request needs is down for the moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug, title = "unavailable", "Not available for the moment"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})
