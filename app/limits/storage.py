"""Where the limits are counted: in Redis for all replicas, or, while it is down, by fair shares."""

from typing import Any

from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.storage.base import SlidingWindowCounterSupport

from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare


class SharedStorage(Storage, SlidingWindowCounterSupport):
    """A storage of the limits library for Flask-Limiter's sliding window counter.

    Failure policy: while Redis is down each worker enforces its share of the limit, counted in its
    own memory. The shares sum up to the limit, so that it is not exceeded, whatever the number of
    workers; who is spread unevenly over them is refused a little early.
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

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a caller may see of the storage behind: nothing but the breaker's word."""
        return DependencyDown

    def effective_limit(self, limit: int) -> int:
        """What of ``limit`` this worker may admit as things stand: all of it, or its share."""
        return self._share.of(limit) if self._redis.breaker.is_open else limit

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
            share = self._share.of(limit)
            return self._counted_here.acquire_sliding_window_entry(key, share, expiry, amount)

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return (previous count, seconds it weighs, current count, seconds it counts)."""
        try:
            return self._redis.call(lambda _: self._counted_by_all.get_sliding_window(key, expiry))
        except DependencyDown:
            return self._counted_here.get_sliding_window(key, expiry)

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget what was counted under ``key``."""
        self._counted_here.clear_sliding_window(key, expiry)
        self._redis.call(lambda _: self._counted_by_all.clear_sliding_window(key, expiry))

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
