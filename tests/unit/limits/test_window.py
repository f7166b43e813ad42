"""What the headers say of a sliding window counter, held against the library's own counter."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from limits.storage import MemoryStorage

from app.limits.headers import RETRY_DURING_OUTAGE_SECONDS, Window

LIMIT, SECONDS = 10, 60


class Clock:
    """The time that the library sees."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0  # the start of a clock-aligned minute

    def time(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    with pytest.MonkeyPatch.context() as patch:
        made = Clock()
        patch.setattr(time, "time", made.time)
        yield made


def window_of(storage: MemoryStorage) -> Window:
    return Window("client", LIMIT, LIMIT, SECONDS, *storage.get_sliding_window("key", SECONDS))


def hit(storage: MemoryStorage) -> bool:
    return storage.acquire_sliding_window_entry("key", LIMIT, SECONDS)


@given(hits=st.lists(st.floats(0, 20), max_size=40))
@example(hits=[2.0])  # whole seconds, where rounding could tell one too few
def test_remaining_and_retry_after_are_true(clock: Clock, hits: list[float]) -> None:
    storage = MemoryStorage()
    clock.now = 1_800_000_000.0
    for pause in hits:
        clock.now += pause
        remaining = window_of(storage).remaining
        assert hit(storage) == (remaining > 0)
    while hit(storage):
        pass
    wait = window_of(storage).retry_after_seconds
    assert 1 <= wait <= 2 * SECONDS
    clock.now += wait
    assert hit(storage), f"refused again after the {wait} seconds it was told to wait"


def test_a_full_counter_has_nothing_left_and_says_when_it_resets(clock: Clock) -> None:
    storage = MemoryStorage()
    clock.now = 1_800_000_000.0 + 15
    while hit(storage):
        pass
    window = window_of(storage)
    assert (window.remaining, window.reset_seconds) == (0, 45)


def test_a_worker_whose_share_is_used_up_asks_to_come_back_when_redis_may_be() -> None:
    window = Window("client", 2, 0, SECONDS, 0, 0.0, 0, 0.0)
    assert window.remaining == 0
    assert window.retry_after_seconds == RETRY_DURING_OUTAGE_SECONDS
