"""What a client was given of its limit, window by window."""

import time

import pytest

from tests.chaos.limited import LimitedClient
from tests.chaos.samples import OK, Sample


@pytest.fixture(autouse=True)
def _clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two clocks are so far apart that a window of a minute begins at 5.0 monotonic seconds."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    monkeypatch.setattr(time, "time", lambda: 600_000 - 5.0)


def _sample(scheduled_at: float, status: int = 200, took: float = 0.01) -> Sample:
    return Sample("a-minute", OK, "", status, scheduled_at, took, 0.0)


def test_it_asks_three_times_what_its_plan_allows() -> None:
    assert (LimitedClient("a-minute").limit, LimitedClient("a-minute").rate) == (300, 15.0)
    assert (LimitedClient("a-second").limit, LimitedClient("a-second").rate) == (10, 30.0)


def test_the_fullest_window_is_told_and_refusals_do_not_count() -> None:
    samples = [
        *(_sample(4.0) for _ in range(3)),
        *(_sample(6.0) for _ in range(5)),
        *(_sample(6.0, status=429) for _ in range(9)),
        *(_sample(66.0) for _ in range(4)),
    ]
    assert LimitedClient("a-minute").most_admitted(samples) == 5


def test_what_was_under_way_as_the_window_changed_is_left_out() -> None:
    assert LimitedClient("a-minute").most_admitted([_sample(4.99, took=0.02)]) == 0
    assert LimitedClient("a-minute").most_admitted([]) == 0
