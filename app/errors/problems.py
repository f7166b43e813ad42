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
├── UnsupportedMediaType  415  unsupported-media-type
├── OutOfCoverage         422  date-out-of-coverage  no facts for that date
├── TooLarge              422  question-too-large    beyond a cap, which the detail names
├── RateLimited           429  rate-limited          Retry-After says how long
├── InternalError         500  internal-error        a fault of ours
└── Unavailable           503  unavailable           a dependency is down; Retry-After
Those of the load balancer are in load_balancer.py, those of the administration of clients in
administration.py.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType

from app.errors.problem import Problem

# One answer for every fault of a token: the reason would tell how far a forgery came.
DOES_NOT_VERIFY = "The token does not verify; ask for a new one."


class BadRequest(Problem):
    """HTTP, a header or the body cannot be read."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "bad-request", "The request is not readable"
    remedy = "Mend the client: it sends no HTTP, or a body that its Content-Type belies."
    example = "The request is not readable; a body has to be what its Content-Type says."


class InvalidQuery(Problem):
    """A parameter of the path or the query cannot be read, is unknown, missing or given twice."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "invalid-query", "A parameter is not valid"
    remedy = "Change the parameters that `errors` names, as their messages say."
    example = "year must be a whole number of at most nine digits."
    example_members = MappingProxyType(
        {"errors": [{"field": "year", "message": "must be a whole number of at most nine digits"}]}
    )


class Unauthorized(Problem):
    """No token came with the request. RFC 6750 section 3.1: then no error code either."""

    status, slug, title = HTTPStatus.UNAUTHORIZED, "unauthorized", "A bearer token is needed"
    remedy = "Get a token with POST /oauth/token and send it as `Authorization: Bearer <token>`."
    example = "Send the header `Authorization: Bearer <token>`; POST /oauth/token gives one."

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="fasti"'})


class InvalidToken(Problem):
    """A token came and does not verify."""

    status, slug, title = HTTPStatus.UNAUTHORIZED, "invalid-token", "The token is not valid"
    remedy = "Get a new token with POST /oauth/token, once: if that one is refused too, report it."
    example = "The token does not verify; ask for a new one."

    def __init__(self, detail: str) -> None:
        challenge = f'Bearer realm="fasti", error="invalid_token", error_description="{detail}"'
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class InsufficientScope(Problem):
    """The token verifies and lacks the scope. ``scope``: the one that is needed."""

    status, slug, title = HTTPStatus.FORBIDDEN, "insufficient-scope", "The token lacks the scope"
    remedy = "Ask for a token with the scope in WWW-Authenticate, if the client may have it."
    example = "Ask for a token with the scope calendars:read."

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer realm="fasti", error="insufficient_scope", scope="{scope}"'
        super().__init__(
            f"Ask for a token with the scope {scope}.", headers={"WWW-Authenticate": challenge}
        )


class NotFound(Problem):
    """Nothing is served at that address."""

    status, slug, title = HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address"
    remedy = "Ask one of the addresses that /openapi.json lists."
    example = "Nothing is served here; GET /openapi.json lists every address."


class UnknownCalendar(Problem):
    """No calendar has that id or name."""

    status, slug, title = HTTPStatus.NOT_FOUND, "unknown-calendar", "There is no such calendar"
    remedy = "Look for its id with GET /api/v1/calendars?q= and a part of the name."
    example = (
        "No calendar has that id or name; GET /api/v1/calendars lists them all, and finds them "
        "by a part of a name (q)."
    )


class AmbiguousName(Problem):
    """Several calendars have that name; ``candidates`` lists them, to be asked for by id."""

    status, slug, title = HTTPStatus.NOT_FOUND, "ambiguous-name", "Several calendars have that name"
    remedy = "Ask by the id of one of the `candidates`."
    example = "Ask by id for the one that is meant: GE, US-GA."
    example_members = MappingProxyType(
        {
            "candidates": [
                {"id": "GE", "kind": "country", "name": "Georgia"},
                {"id": "US-GA", "kind": "subdivision", "name": "Georgia"},
            ]
        }
    )

    def __init__(self, detail: str, candidates: Sequence[Mapping[str, object]]) -> None:
        super().__init__(detail, members={"candidates": list(candidates)})


class MethodNotAllowed(Problem):
    """The address takes other methods, which ``Allow`` lists."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    slug, title = "method-not-allowed", "The method is not allowed here"
    remedy = "Use a method that the header Allow lists."
    example = "Use one of: GET, HEAD, OPTIONS."


class NotAcceptable(Problem):
    """The answer comes in none of the formats that Accept admits."""

    status = HTTPStatus.NOT_ACCEPTABLE
    slug, title = "not-acceptable", "No format that is accepted"
    remedy = "Accept a media type that the detail names, or ask by a suffix of the address."
    example = "Accept must admit one of application/json, text/csv, text/calendar."


class PayloadTooLarge(Problem):
    """The body is larger than FASTI_MAX_BODY_BYTES."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    slug, title = "payload-too-large", "The request body is too large"
    remedy = "Send a smaller body, or ask in several requests."
    example = "Send a smaller body, or ask in several requests."


class UnsupportedMediaType(Problem):
    """The body is of a kind that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    slug, title = "unsupported-media-type", "The media type is not supported"
    remedy = "Send the Content-Type that /openapi.json names for the address."
    example = "Send the Content-Type that /openapi.json names for this address."


class OutOfCoverage(Problem):
    """The calendar has no facts for a date that the question needs."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "date-out-of-coverage", "The calendar does not cover the date"
    remedy = "Ask about a date that is covered, see the detail; never take it for no holidays."
    example = "Calendar SE has no facts for 9999; it covers 1900-01-01 to 2100-12-31, included."


class TooLarge(Problem):
    """The question is beyond a cap."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "question-too-large", "The question is too large"
    remedy = "Ask in parts, each within the cap that the detail names."
    example = "A joint calendar may have 10 members."


class RateLimited(Problem):
    """A limit refused the request. policy: the window, as ``RateLimit-Policy`` calls it."""

    status, slug, title = HTTPStatus.TOO_MANY_REQUESTS, "rate-limited", "Too many requests"
    remedy = "Ask again after as many seconds as Retry-After says."
    example = (
        "The plan standard allows 6000 in 60 seconds, and the question costs 1; wait 12 seconds."
    )
    example_members = MappingProxyType({"plan": "standard", "policy": "minute"})

    def __init__(self, detail: str, retry_after_seconds: int, *, plan: str, policy: str) -> None:
        super().__init__(
            detail,
            headers={"Retry-After": str(retry_after_seconds)},
            members={"plan": plan, "policy": policy},
        )


class InternalError(Problem):
    """A fault of ours. The log has it under the id in ``instance``."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    slug, title = "internal-error", "Something went wrong on our side"
    remedy = "Report the id in `instance`; asking again may help."
    example = "The fault has been logged under the id in `instance`."


class Unavailable(Problem):
    """What the request needs is down for the moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug, title = "unavailable", "Not available for the moment"
    remedy = "Ask again after as many seconds as Retry-After says."
    example = "The sql store does not answer; try again."

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})
