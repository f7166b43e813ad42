"""The metrics Fasti keeps. With PROMETHEUS_MULTIPROC_DIR they are right across workers.

The rate, the errors and the duration of requests, by route and never by path: a path has as many
values as there are questions.
"""

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
    multiprocess,
)

from app.observability.tally import BOUNDS_SECONDS, TALLY, Totals

REQUESTS = Counter("fasti_http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram(
    "fasti_http_request_duration_seconds",
    "Time from the request's arrival in the worker to its answer.",
    ["route"],
    buckets=BOUNDS_SECONDS,
)
CACHE = Counter("fasti_cache", "Answers by where they came from.", ["tier"])
CACHE_EVICTED = Counter(
    "fasti_cache_evicted", "Answers that left the memory of a worker to make room for others."
)
LIMITED = Counter(
    "fasti_rate_limited", "Requests refused, by whose limit it was and its plan.", ["kind", "plan"]
)
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
# What is busy and what is full; set once a second, by app/health/saturation.py.
WORKERS = Gauge("fasti_workers", "Workers that live.", multiprocess_mode="livesum")
EXPECTED_WORKERS = Gauge(
    "fasti_expected_workers", "Workers the replica is to have.", multiprocess_mode="livemax"
)
THREADS = Gauge("fasti_threads", "Threads that answer requests.", multiprocess_mode="livesum")
BUSY_THREADS = Gauge(
    "fasti_busy_threads", "Threads that are answering a request.", multiprocess_mode="livesum"
)
BACKLOG = Gauge(
    "fasti_backlog_connections",
    "Connections that no worker has accepted yet.",
    multiprocess_mode="livemax",
)
MEMORY_CACHE = Gauge(
    "fasti_memory_cache_bytes",
    "How much the workers keep in their memory, by kind.",
    ["cache"],
    multiprocess_mode="livesum",
)
MEMORY_CACHE_LIMIT = Gauge(
    "fasti_memory_cache_limit_bytes",
    "How much they may keep.",
    ["cache"],
    multiprocess_mode="livesum",
)
BUILD = Gauge(
    "fasti_build_info",
    "1; its labels say what runs.",
    ["version", "data_version", "server"],
    multiprocess_mode="livemax",
)
STARTED = Gauge(
    "fasti_start_time_seconds", "When the replica started, Unix time.", multiprocess_mode="livemin"
)
KEY_CREATED = Gauge(
    "fasti_signing_key_created_timestamp_seconds",
    "When the key that signs was made, Unix time.",
    multiprocess_mode="livemin",
)
MEMORY_CACHES = "fasti.memory_caches"
"""Where the extensions of an application have its caches in memory, by kind."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
COUNTED_BY_EVENT = {"cache": CACHE, "cache_evicted": CACHE_EVICTED, "limited": LIMITED}

_folding = threading.Lock()
_folded = Totals()


def exposition() -> Response:
    """The metrics of all workers of this replica, in the Prometheus text format.

    What other workers counted within the last second may be missing.
    """
    fold()
    try:
        registry = CollectorRegistry()
        _Workers(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # No directory is set: a single process, as in development.
        registry = REGISTRY
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Workers(multiprocess.MultiProcessCollector):
    """What all workers wrote into their files, also one that begins or ends while they are read."""

    def collect(self) -> Iterable[Metric]:
        """Return the metrics of all of them together."""
        files = [str(file) for file in Path(self._path).glob("*.db") if _is_begun(file)]
        return self.merge(files)  # type: ignore[no-any-return, no-untyped-call]


def _is_begun(file: Path) -> bool:
    # A file is empty for a moment after a worker made it, and for good when the worker died then:
    # the library cannot read it.
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def count_request(response: Response) -> Response:
    """Count one request that Flask answered. An unmatched path is the route ``unmatched``."""
    # Anyone may make up a method, and each would be a series of its own.
    if (method := request.method) not in METHODS:
        method = "other"
    count_answer(method, current_route(), response.status_code, time.perf_counter() - g.started)
    return response


def current_route() -> str:
    """The route of the request that Flask is answering; ``unmatched`` where it has none."""
    rule = request.url_rule
    return rule.rule if rule else "unmatched"


def count_answer(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer, which took so long."""
    TALLY.answered(method, route, status, seconds)


def count_cache(tier: str) -> None:
    """Count where an answer came from."""
    TALLY.count("cache", tier)


def count_evicted() -> None:
    """Count an answer that made room for others in the memory of this worker."""
    TALLY.count("cache_evicted")


def count_limited(kind: str, plan: str = "") -> None:
    """Count a refusal by a limit. kind: whose it is; plan: empty where it is of none."""
    TALLY.count("limited", kind, plan)


def fold() -> None:
    """Add to the metrics what was counted in this process since the last time."""
    global _folded
    with _folding:
        totals = TALLY.totals()
        new, _folded = totals.since(_folded), totals
        for (method, route, status), answers in new.answers.items():
            REQUESTS.labels(method, route, str(status)).inc(sum(answers.counts))
            # Its public method takes one duration after the other.
            duration = DURATION.labels(route)
            duration._sum.inc(answers.seconds)
            for bucket, count in zip(duration._buckets, answers.counts, strict=True):
                bucket.inc(count)
        for (name, *labels), count in new.events.items():
            counter = COUNTED_BY_EVENT[name]
            (counter.labels(*labels) if labels else counter).inc(count)


def forget() -> None:
    """Begin at 0, as a process does that was forked from another."""
    global _folded
    _folded = Totals()


def init_app(app: Flask) -> None:
    """Count every answer of ``app``."""
    app.after_request(count_request)


os.register_at_fork(after_in_child=forget)
