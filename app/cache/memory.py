"""The Flask-Caching backend of one worker: bytes in its own memory, bounded in bytes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from app.cache.time_to_live import Timeout, seconds_of
from app.observability import metrics

OVERHEAD_BYTES = 300  # What Python keeps of an entry besides its bytes, measured generously.


class MemoryCache(BaseCache):
    """Bytes by key, each with a time to live; what was asked for least recently goes first.

    max_bytes: of all answers together with their keys. An answer larger than a tenth of it is not
    kept: it would drive out too many others. Safe between threads.
    """

    def __init__(
        self,
        max_bytes: int,
        default_timeout: int,
        now_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(default_timeout=default_timeout)
        self.max_bytes = max_bytes
        self._now_seconds = now_seconds
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @classmethod
    def factory(
        cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
    ) -> "MemoryCache":
        """How Flask-Caching makes its backend."""
        return cls(kwargs["max_bytes"], kwargs["default_timeout"])

    @property
    def size_bytes(self) -> int:
        """How much is kept."""
        return self._bytes

    def get(self, key: str) -> Any:
        """Return the bytes kept under ``key``; None when there are none."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            expires_at, value = entry
            if self._now_seconds() >= expires_at:
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return value

    def set(self, key: str, value: Any, timeout: Timeout | None = None) -> bool:
        """Keep ``value`` for ``timeout`` seconds, or the default; False when it is too large."""
        expires_at = self._now_seconds() + seconds_of(timeout, self.default_timeout)
        size = _size(key, value)
        with self._lock:
            self._drop(key)
            if size > self.max_bytes // 10:
                return False
            self._entries[key] = (expires_at, value)
            self._bytes += size
            while self._bytes > self.max_bytes:
                self._drop(next(iter(self._entries)))
                metrics.count_evicted()
        return True

    def delete(self, key: str) -> bool:
        """Drop what is kept under ``key``; False when there was nothing."""
        with self._lock:
            return self._drop(key)

    def _drop(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry[1])
        return entry is not None


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + OVERHEAD_BYTES
