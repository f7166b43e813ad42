"""Where the limits are counted: in Redis for all replicas, or, while it is down, by fair shares."""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.storage.base import SlidingWindowCounterSupport

from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare

REMEMBERED_KEYS = 10_000  # Clients of one worker whose counters are known when an outage begins.


@dataclass(frozen=True, slots=True)
class _Seen:
    """A counter as Redis last told it. at: by the monotonic clock, in seconds."""

    at: float
    previous_count: int
    previous_seconds: float
    current_count: int
    current_seconds: float

    def used(self, window_seconds: int) -> int:
        """What of it weighs on the window that ends now: it fades as it would have in Redis."""
        elapsed = time.monotonic() - self.at
        previous = max(0.0, self.previous_seconds - elapsed) / window_seconds
        current = min(1.0, max(0.0, self.current_seconds - elapsed) / window_seconds)
        return math.ceil(self.previous_count * previous + self.current_count * current)


class SharedStorage(Storage, SlidingWindowCounterSupport):
    """A storage of the limits library for Flask-Limiter's sliding window counter.

    Failure policy: while Redis is down each worker enforces its share of what was left of the limit
    when Redis last told it, counted in its own memory. The shares sum up to what was left, so that
    the limit is not exceeded; who is spread unevenly over the workers is refused a little early. A
    worker that had not met the client yet takes its share of the whole limit.
    """

    STORAGE_SCHEME = ["fasti"]  # noqa: RUF012 - the base class declares it so

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        redis: RedisGateway,
        share: WorkerShare,
        **_options: Any,
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._redis = redis
        self._share = share
        self._counted_by_all = RedisStorage(
            "redis://", connection_pool=redis.pool, key_prefix="fasti:limits"
        )
        self._counted_here = MemoryStorage()
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a caller may see of the storage behind: nothing but the breaker's word."""
        return DependencyDown

    def effective_limit(self, key: str, limit: int, expiry: int) -> int:
        """What of ``limit`` this worker may admit as things stand: all of it, or its share."""
        return self._share_of(key, limit, expiry) if self._redis.breaker.is_open else limit

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Take ``amount`` from the limit; False when it holds less. expiry is in seconds."""
        try:
            return self._redis.call(
                lambda _: self._counted_by_all.acquire_sliding_window_entry(
                    key, limit, expiry, amount
                )
            )
        except DependencyDown:
            share = self._share_of(key, limit, expiry)
            return self._counted_here.acquire_sliding_window_entry(key, share, expiry, amount)

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return (previous count, seconds it weighs, current count, seconds it counts)."""
        try:
            window = self._redis.call(
                lambda _: self._counted_by_all.get_sliding_window(key, expiry)
            )
        except DependencyDown:
            return self._counted_here.get_sliding_window(key, expiry)
        with self._lock:
            self._seen[key] = _Seen(time.monotonic(), *window)
            self._seen.move_to_end(key)
            while len(self._seen) > REMEMBERED_KEYS:
                self._seen.popitem(last=False)
        return window

    def _share_of(self, key: str, limit: int, window_seconds: int) -> int:
        seen = self._seen.get(key)
        used = seen.used(window_seconds) if seen else 0
        return self._share.of(max(0, limit - used))

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Not offered: nobody takes back what a client has used."""
        raise NotImplementedError

    def check(self) -> bool:
        """True when the limits are counted for all replicas."""
        return not self._redis.breaker.is_open

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not offered: only the sliding window counter is."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not offered: only the sliding window counter is."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not offered: only the sliding window counter is."""
        raise NotImplementedError

    def reset(self) -> int | None:
        """Not offered: it would forget the limits of every client."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Not offered: only the sliding window counter is."""
        raise NotImplementedError
