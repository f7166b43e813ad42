"""The problems that the load balancer alone answers, in the words that its configuration repeats.

Problem
├── UriTooLong            414  uri-too-long
├── HeaderTooLarge        431  header-too-large
├── BadGateway            502  bad-gateway
├── Overloaded            503  overloaded
└── GatewayTimeout        504  gateway-timeout
"""

from http import HTTPStatus

from app.errors.problem import Problem


class UriTooLong(Problem):
    """The address is longer than the load balancer takes."""

    status, slug, title = HTTPStatus.REQUEST_URI_TOO_LONG, "uri-too-long", "The address is too long"
    remedy = "Send a shorter address: a request line may have 8 KiB."
    example = "Send a request line of at most 8 KiB."


class HeaderTooLarge(Problem):
    """The header fields are larger than the load balancer takes."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    slug, title = "header-too-large", "The header fields are too large"
    remedy = "Send fewer or shorter header fields: 8 KiB each, 32 KiB together."
    example = "Send header fields of at most 8 KiB each and 32 KiB together."


class BadGateway(Problem):
    """No replica could answer."""

    status, slug, title = HTTPStatus.BAD_GATEWAY, "bad-gateway", "No replica could answer"
    remedy = "Ask again after as many seconds as Retry-After says."
    example = "No replica could answer. Try again after Retry-After."


class Overloaded(Problem):
    """More is asked than all replicas together can answer."""

    status, slug = HTTPStatus.SERVICE_UNAVAILABLE, "overloaded"
    title = "More is asked than can be answered"
    remedy = "Ask again after as many seconds as Retry-After says; ask less at once."
    example = "All replicas have as much to answer as they can. Try again after Retry-After."


class GatewayTimeout(Problem):
    """No replica answered in time."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    slug, title = "gateway-timeout", "No replica answered in time"
    remedy = "Ask again after as many seconds as Retry-After says."
    example = "No replica answered in time. Try again after Retry-After."
