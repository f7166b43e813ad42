"""What each client asked, by day and kind: counted in memory, and added up in Redis."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from itertools import islice
from typing import Any, NamedTuple, get_args

from app.limits.cost import Questions
from app.limits.plan import Kind
from app.observability import metrics
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.5  # So much is lost when a worker is killed; a request is never waiting for it.
DAY_SECONDS = 86_400
KEPT_SECONDS = 35 * DAY_SECONDS  # The 31 days that are shown, and some.
PENDING_COUNTERS = 20_000  # Of a worker while Redis is down, about 4 MiB.
FLUSHED_AT_ONCE = 500  # Counters of one call, which has a time-out.
KINDS: tuple[Kind, ...] = get_args(Kind)


class Counted(NamedTuple):
    """What is counted apart."""

    client_id: str
    day: date
    kind: Kind
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What one client asked on one day (UTC), in questions of each kind."""

    day: date
    allowed: dict[Kind, int]
    refused: dict[Kind, int]


def _today() -> date:
    return _day(int(time.time() // DAY_SECONDS))


@lru_cache(maxsize=2)  # Every request asks.
def _day(number: int) -> date:
    return datetime.fromtimestamp(number * DAY_SECONDS, UTC).date()


class Usage:
    """Counts questions. Safe between threads; ``flush`` is called by one thread of a worker.

    Failure policy: while Redis is down counts are kept in memory, for PENDING_COUNTERS different
    ones, and are added up when it is back. A flush whose answer is lost is made again, and so may
    count twice: it is a report, and no limit depends on it.
    """

    def __init__(self, redis: RedisGateway, today: Callable[[], date] = _today) -> None:
        self._redis = redis
        self._today = today
        self._pending: Counter[Counted] = Counter()
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._is_full = False

    def count(self, client_id: str, questions: Questions, *, is_allowed: bool) -> None:
        """Count what a client asked; a batch counts each of its questions."""
        what = Counted(client_id, self._today(), questions.kind, is_allowed)
        with self._lock:
            self._add(what, questions.count)

    def flush(self) -> None:
        """Add to Redis what was counted since the last time; keep it when that fails."""
        with self._flushing:
            with self._lock:
                pending, self._pending = self._pending, Counter()
            left = iter(pending.items())
            while batch := list(islice(left, FLUSHED_AT_ONCE)):
                try:
                    self._redis.call(partial(_add_up, batch))
                except DependencyDown:
                    self._keep([*batch, *left])
                    return
            self._is_full = False

    def of(self, client_id: str, days: int) -> list[Day]:
        """Return the last ``days`` days of a client, today first. Raises DependencyDown.

        What workers have not flushed yet is missing: half a second's, of each.
        """
        shown = [self._today() - timedelta(days=back) for back in range(days)]

        def read(redis: Any) -> list[dict[bytes, bytes]]:
            pipeline = redis.pipeline(transaction=False)
            for day in shown:
                pipeline.hgetall(_key(client_id, day))
            found: list[dict[bytes, bytes]] = pipeline.execute()
            return found

        with suppress(DependencyDown):
            self.flush()  # So that a client sees the question before this one.
        return [
            Day(
                day,
                {kind: int(counts.get(_field(kind, True), 0)) for kind in KINDS},
                {kind: int(counts.get(_field(kind, False), 0)) for kind in KINDS},
            )
            for day, counts in zip(shown, self._redis.call(read), strict=True)
        ]

    def _keep(self, counts: list[tuple[Counted, int]]) -> None:
        with self._lock:
            for what, count in counts:
                self._add(what, count)

    def _add(self, what: Counted, count: int) -> None:
        if what in self._pending or len(self._pending) < PENDING_COUNTERS:
            self._pending[what] += count
            return
        metrics.USAGE_LOST.inc(count)
        if not self._is_full:
            self._is_full = True
            logger.warning("usage is lost: more than %d counters wait for Redis", PENDING_COUNTERS)


def _add_up(counts: list[tuple[Counted, int]], redis: Any) -> None:
    pipeline = redis.pipeline()
    for what, count in counts:
        key = _key(what.client_id, what.day)
        pipeline.hincrby(key, _field(what.kind, what.is_allowed), count)
        pipeline.expire(key, KEPT_SECONDS)
    pipeline.execute()


def _key(client_id: str, day: date) -> str:
    return f"fasti:usage:{client_id}:{day}"


def _field(kind: Kind, is_allowed: bool) -> bytes:
    return f"{kind}:{'allowed' if is_allowed else 'refused'}".encode()
