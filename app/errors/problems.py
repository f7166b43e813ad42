"""The problems Fasti answers, one class a type; docs/problems.md says the same to people.

Problem
├── BadRequest            400  bad-request           HTTP, header or body unreadable
├── InvalidQuery          400  invalid-query         a parameter unreadable; ``errors`` names it
├── Unauthorized          401  unauthorized          no token
├── InvalidToken          401  invalid-token         a token that does not verify
├── InsufficientScope     403  insufficient-scope    a token without the scope
├── NotFound              404  not-found             no such address
├── UnknownCalendar       404  unknown-calendar
├── AmbiguousName         404  ambiguous-name        ``candidates`` bear it
├── MethodNotAllowed      405  method-not-allowed    ``Allow`` lists those that are
├── NotAcceptable         406  not-acceptable        ``Accept`` admits no format there is
├── PayloadTooLarge       413  payload-too-large
├── UriTooLong            414  uri-too-long          *
├── UnsupportedMediaType  415  unsupported-media-type
├── OutOfCoverage         422  date-out-of-coverage  no facts for that date
├── TooLarge              422  question-too-large    beyond a cap, which the detail names
├── RateLimited           429  rate-limited          Retry-After says how long
├── HeaderTooLarge        431  header-too-large      *
├── InternalError         500  internal-error        a fault of ours
├── BadGateway            502  bad-gateway           *
├── Unavailable           503  unavailable           a dependency is down; Retry-After
└── GatewayTimeout        504  gateway-timeout       *
* answered by the load balancer alone, in the same words. Those of the administration of clients are
in app/errors/administration.py.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from app.errors.problem import Problem

# One answer for every fault of a token: the reason would tell how far a forgery came.
DOES_NOT_VERIFY = "The token does not verify; ask for a new one."


class BadRequest(Problem):
    """HTTP, a header or the body cannot be read."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "bad-request", "The request is not readable"


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


class NotFound(Problem):
    """Nothing is served at that address."""

    status, slug, title = HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address"


class UnknownCalendar(Problem):
    """No calendar has that id or name."""

    status, slug, title = HTTPStatus.NOT_FOUND, "unknown-calendar", "There is no such calendar"


class AmbiguousName(Problem):
    """Several calendars have that name; ``candidates`` lists them, to be asked for by id."""

    status, slug, title = HTTPStatus.NOT_FOUND, "ambiguous-name", "Several calendars have that name"

    def __init__(self, detail: str, candidates: Sequence[Mapping[str, object]]) -> None:
        super().__init__(detail, members={"candidates": list(candidates)})


class MethodNotAllowed(Problem):
    """The address takes other methods, which ``Allow`` lists."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    slug, title = "method-not-allowed", "The method is not allowed here"


class NotAcceptable(Problem):
    """The answer comes in none of the formats that Accept admits."""

    status = HTTPStatus.NOT_ACCEPTABLE
    slug, title = "not-acceptable", "No format that is accepted"


class PayloadTooLarge(Problem):
    """The body is larger than FASTI_MAX_BODY_BYTES."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    slug, title = "payload-too-large", "The request body is too large"


class UriTooLong(Problem):
    """The address is longer than the load balancer takes."""

    status, slug, title = HTTPStatus.REQUEST_URI_TOO_LONG, "uri-too-long", "The address is too long"


class UnsupportedMediaType(Problem):
    """The body is of a kind that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    slug, title = "unsupported-media-type", "The media type is not supported"


class OutOfCoverage(Problem):
    """The calendar has no facts for a date that the question needs."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "date-out-of-coverage", "The calendar does not cover the date"


class TooLarge(Problem):
    """The question is beyond a cap."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "question-too-large", "The question is too large"


class RateLimited(Problem):
    """A limit refused the request. policy: the window, as ``RateLimit-Policy`` calls it."""

    status, slug, title = HTTPStatus.TOO_MANY_REQUESTS, "rate-limited", "Too many requests"

    def __init__(self, detail: str, retry_after_seconds: int, *, plan: str, policy: str) -> None:
        super().__init__(
            detail,
            headers={"Retry-After": str(retry_after_seconds)},
            members={"plan": plan, "policy": policy},
        )


class HeaderTooLarge(Problem):
    """The header fields are larger than the load balancer takes."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    slug, title = "header-too-large", "The header fields are too large"


class InternalError(Problem):
    """A fault of ours. The log has it under the id in ``instance``."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    slug, title = "internal-error", "Something went wrong on our side"


class BadGateway(Problem):
    """No replica could answer."""

    status, slug, title = HTTPStatus.BAD_GATEWAY, "bad-gateway", "No replica could answer"


class GatewayTimeout(Problem):
    """No replica answered in time."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    slug, title = "gateway-timeout", "No replica answered in time"


class Unavailable(Problem):
    """What the request needs is down for the moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug, title = "unavailable", "Not available for the moment"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})
