"""The metrics Fasti keeps. With PROMETHEUS_MULTIPROC_DIR they are right across workers.

The rate, the errors and the duration of requests, by route and never by path: a path has as many
values as there are questions.
"""

import time
from functools import cache

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

REQUESTS = Counter("fasti_http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram(
    "fasti_http_request_duration_seconds",
    "Time from the request's arrival in the worker to its answer.",
    ["route"],
    # From a cached answer to the longest time-out of a dependency.
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
CACHE = Counter("fasti_cache", "Answers by where they came from.", ["tier"])
LIMITED = Counter("fasti_rate_limited", "Requests refused by a limit.", ["kind"])
SHADOW_LIMITED = Counter(
    "fasti_rate_limit_shadowed", "Requests that a plan in shadow mode would have refused.", ["plan"]
)
LEASED_UNITS = Gauge(
    "fasti_rate_limit_leased_units",
    "What workers hold of the limits of their callers, paid and not spent yet.",
    multiprocess_mode="livesum",
)
LIMIT_TRIPS = Counter(
    "fasti_rate_limit_trips",
    "Round trips to Redis for the limits: those a request waited for, those of the background.",
    ["path"],
)
USAGE_LOST = Counter("fasti_usage_lost", "Questions missing from the usage of their clients.")
TOKENS = Counter("fasti_tokens", "Answers of the token endpoint.", ["outcome"])
BREAKER_CHANGES = Counter(
    "fasti_breaker_changes", "Changes of the breaker of a dependency.", ["dependency", "to"]
)
BREAKER_OPEN = Gauge(
    "fasti_breaker_open",
    "1 while any worker takes the dependency to be down, else 0.",
    ["dependency"],
    multiprocess_mode="livemax",
)
SENTINELS = Gauge(
    "fasti_redis_sentinels",
    "Sentinels that answer, by the worker that reaches the fewest.",
    ["service"],
    multiprocess_mode="livemin",
)
BULLETIN_HEARD = Gauge(
    "fasti_bulletin_heard_timestamp_seconds",
    "When the worker that is furthest behind last heard of the bulletin, Unix time.",
    multiprocess_mode="livemin",
)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def exposition() -> Response:
    """The metrics of all workers of this replica, in the Prometheus text format."""
    try:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # No directory is set: a single process, as in development.
        registry = REGISTRY
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def count_request(response: Response) -> Response:
    """Count one request that Flask answered. An unmatched path is the route ``unmatched``."""
    route = request.url_rule.rule if request.url_rule else "unmatched"
    # Anyone may make up a method, and each would be a series of its own.
    method = request.method if request.method in METHODS else "other"
    count_answer(method, route, response.status_code, time.perf_counter() - g.started)
    return response


def count_answer(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer, which took so long."""
    _requests(method, route, status).inc()
    _duration(route).observe(seconds)


# The library looks a series up with more ceremony than an answer of the gate takes.
@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, status)


@cache
def _duration(route: str) -> Histogram:
    return DURATION.labels(route)


def init_app(app: Flask) -> None:
    """Count every answer of ``app``."""
    app.after_request(count_request)
