"""What every worker reports of itself with its heartbeat, and what all of them reported.

A report is kept for a quarter of an hour after the last one, and so are the counts that workers add
up by steps of time. It is for people to look at: no request depends on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import redis

from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

SEEN_KEY = "fasti:reports:seen"
REPORTS_KEY = "fasti:reports"
STEP_PREFIX = "fasti:traffic:"
KEPT_SECONDS = 900

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What one worker says. steps: what it counted since the last time, by the Unix time at which
    each step of time began.
    """

    text: bytes
    steps: Mapping[int, Counts] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The KEYS of heartbeat.lua that a report has."""
        return [SEEN_KEY, REPORTS_KEY, *(f"{STEP_PREFIX}{began}" for began in self.steps)]

    @property
    def arguments(self) -> list[Any]:
        """The ARGV of heartbeat.lua that a report has."""
        arguments: list[Any] = [self.text, KEPT_SECONDS * 1000]
        for counts in self.steps.values():
            arguments.append(len(counts))
            for name, count in counts.items():
                arguments += [name, count]
        return arguments


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who makes the reports of a worker. undelivered: takes back one that may not have arrived."""

    report: Callable[[], Report]
    undelivered: Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Board:
    """All reports, by worker: their texts, and for how many seconds each worker has been silent."""

    texts: Mapping[str, bytes]
    silent_seconds: Mapping[str, float]
    steps: Mapping[int, Counts]


def read_board(gateway: RedisGateway, steps: list[int]) -> Board:
    """Return what all workers reported, and the counts of ``steps``. Raises DependencyDown.

    One round trip. A failure opens no breaker: to be looked at harms nobody.
    """
    if gateway.breaker.is_open:
        raise DependencyDown(gateway.breaker.dependency)
    pipeline = gateway.client.pipeline(transaction=False)
    pipeline.time()
    pipeline.zrange(SEEN_KEY, 0, -1, withscores=True)
    pipeline.hgetall(REPORTS_KEY)
    for began in steps:
        pipeline.hgetall(f"{STEP_PREFIX}{began}")
    try:
        (seconds, microseconds), seen, texts, *counts = pipeline.execute()
    except (redis.RedisError, OSError) as error:
        raise DependencyDown(gateway.breaker.dependency) from error
    now = seconds + microseconds / 1_000_000
    silent = {worker.decode(): max(0.0, now - at / 1000) for worker, at in seen}
    return Board(
        {
            worker.decode(): text
            for worker, text in texts.items()
            if silent.get(worker.decode(), KEPT_SECONDS) < KEPT_SECONDS
        },
        silent,
        {
            began: {name.decode(): int(count) for name, count in found.items()}
            for began, found in zip(steps, counts, strict=True)
        },
    )
