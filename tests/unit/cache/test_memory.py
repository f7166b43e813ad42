"""The memory of a worker: bounded in bytes, the least recently used goes first."""

from datetime import timedelta

import pytest

from app.cache.memory import OVERHEAD_BYTES, MemoryCache
from tests.conftest import metric

BODY = b"x" * 100
ENTRY_BYTES = len("k0") + len(BODY) + OVERHEAD_BYTES


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> MemoryCache:
    return MemoryCache(ENTRY_BYTES * 10, default_timeout=60, now_seconds=clock)


def test_the_least_recently_used_goes_first(memory: MemoryCache) -> None:
    for number in range(10):
        assert memory.set(f"k{number}", BODY)
    assert memory.get("k0") == BODY
    evicted = metric("fasti_cache_evicted_total")
    memory.set("ka", BODY)
    assert metric("fasti_cache_evicted_total") == evicted + 1
    assert memory.get("k1") is None
    assert memory.get("k0") == BODY
    assert memory.size_bytes == ENTRY_BYTES * 10


def test_its_size_never_passes_the_bound_and_falls_to_nothing(memory: MemoryCache) -> None:
    for number in range(1000):
        memory.set(f"key {number % 37}", b"x" * (number % 90))
        assert memory.size_bytes <= ENTRY_BYTES * 10
    for number in range(37):
        memory.delete(f"key {number}")
    assert memory.size_bytes == 0


def test_an_answer_that_would_drive_out_the_others_is_not_kept(memory: MemoryCache) -> None:
    memory.set("k0", BODY)
    assert not memory.set("k1", b"x" * ENTRY_BYTES)
    assert memory.get("k1") is None
    assert memory.get("k0") == BODY


def test_an_answer_ends_with_its_time(memory: MemoryCache, clock: Clock) -> None:
    memory.set("k0", BODY)
    memory.set("k1", BODY, timeout=10)
    memory.set("k2", BODY, timeout=timedelta(seconds=90))
    clock.now = 59.9
    assert [memory.get(key) for key in ("k0", "k1", "k2")] == [BODY, None, BODY]
    clock.now = 60
    assert [memory.get(key) for key in ("k0", "k2")] == [None, BODY]
    assert memory.size_bytes == ENTRY_BYTES
