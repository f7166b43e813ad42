"""The arithmetic of one window: what is left of it, and how long to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.limits.plan import WindowRule
from app.limits.window import RETRY_DURING_OUTAGE_SECONDS, Window

RULES = st.builds(WindowRule, st.integers(1, 50), st.integers(1, 120))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    rule = draw(RULES)
    return Window(
        rule,
        previous=draw(st.integers(0, rule.limit)),
        current=draw(st.integers(0, rule.limit)),
        elapsed_milliseconds=draw(st.integers(0, rule.milliseconds - 1)),
        effective_limit=rule.limit,
    )


def after(window: Window, milliseconds: int) -> Window:
    """The window later on, when nothing was charged meanwhile."""
    turns, elapsed = divmod(window.elapsed_milliseconds + milliseconds, window.rule.milliseconds)
    counts = [window.previous, window.current, 0, 0]
    previous, current = counts[min(turns, 2) :][:2]
    return window._replace(previous=previous, current=current, elapsed_milliseconds=elapsed)


@given(windows())
def test_what_remains_is_admitted_and_not_one_more(window: Window) -> None:
    assert window.remaining == 0 or window.admits(window.remaining)
    assert not window.admits(window.remaining + 1)


@given(windows(), st.data())
def test_retry_after_is_true_and_not_a_second_too_long(window: Window, data: st.DataObject) -> None:
    cost = data.draw(st.integers(1, window.rule.limit))
    wait_seconds = window.retry_after_seconds(cost)
    assert 0 <= wait_seconds <= 2 * window.rule.seconds
    assert after(window, wait_seconds * 1000).admits(cost)
    if wait_seconds:
        assert not after(window, (wait_seconds - 1) * 1000).admits(cost)


def test_one_a_second_is_one_in_each_second() -> None:
    window = Window(WindowRule(1, 1), 1, 0, 1, 1)
    assert window.admits(1)


def test_it_resets_at_the_end_of_the_window_of_the_clock() -> None:
    window = Window(WindowRule(10, 60), 0, 10, 15_000, 10)
    assert (window.remaining, window.reset_seconds) == (0, 45)


@pytest.mark.parametrize("effective_limit", [0, 1])
def test_a_worker_whose_share_is_used_up_asks_to_come_back_when_redis_may_be(
    effective_limit: int,
) -> None:
    window = Window(WindowRule(2, 60), 0, 0, 0, effective_limit)
    assert window.retry_after_seconds(2) == RETRY_DURING_OUTAGE_SECONDS
