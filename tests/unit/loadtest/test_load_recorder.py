"""What happened in every second: timed from when it was due, and the same however it is shared."""

import pytest

from loadtest.histogram import GROWTH, added, bucket_of, percentile_ms, upper_edge_ms
from loadtest.recorder import Recorder


@pytest.mark.parametrize("milliseconds", [0.05, 0.06, 1, 12.3, 2000, 60_000])
def test_a_bucket_tells_its_times_too_high_by_its_width_at_most(milliseconds: float) -> None:
    told = upper_edge_ms(bucket_of(milliseconds))
    assert milliseconds <= told * (1 + 1e-9)
    assert told <= milliseconds * GROWTH * (1 + 1e-9)


def test_a_percentile_is_the_time_that_share_did_not_exceed() -> None:
    buckets = added([{bucket_of(10): 90}, {bucket_of(100): 9}, {bucket_of(1000): 1}])
    shares = [percentile_ms(buckets, share) for share in (0.5, 0.9, 0.99, 1.0)]
    assert shares == pytest.approx([10, 10, 100, 1000], rel=0.026)
    assert percentile_ms({}, 0.5) is None


def test_a_time_counts_from_when_the_request_was_due_and_stands_there() -> None:
    recorder = Recorder()
    recorder.answered("GET /a", due=3.9, done=5.9, outcome="2xx", size=10)
    assert recorder.slices["3"]["routes"]["GET /a"]["max_ms"] == pytest.approx(2000)
    assert recorder.slices["3"]["done"] == 0
    assert recorder.slices["5"]["done"] == 1


def test_a_long_run_has_longer_slices_and_no_more_of_them() -> None:
    recorder = Recorder(slice_seconds=8)
    for second in range(7200):
        recorder.sent(second, second)
    assert len(recorder.slices) == 900
    assert recorder.slices["16"]["sent"] == 8
    recorder.take()
    recorder.sent(20, 20)
    assert set(recorder.slices) == {"16"}


def test_a_refusal_has_no_time() -> None:
    recorder = Recorder()
    recorder.answered("GET /a", due=0, done=1, outcome="429", size=0)
    assert recorder.slices["0"]["routes"]["GET /a"]["times"] == {}
    assert recorder.slices["0"]["routes"]["GET /a"]["outcomes"] == {"429": 1}


def test_two_processes_add_up_to_one() -> None:
    def play(recorders: list[Recorder]) -> None:
        for at in range(100):
            one = recorders[at % len(recorders)]
            one.answered("GET /a", at / 10, at / 10 + at / 1000, "2xx" if at % 3 else "429", at)
            one.sent(at / 10, at / 10 + 0.002)
            one.refused("small")
            one.held_back(at / 10)
            one.admit("abuser", {"second": [20, 1]}, at / 10, at / 10 + 1)

    alone, first, second, together = (Recorder() for _ in range(4))
    play([alone])
    play([first, second])
    first.busy(1.0, "generator 1", 0.5, 3)
    second.busy(1.0, "generator 2", 0.25, 7)
    alone.busy(1.0, "generator 1", 0.5, 3)
    alone.busy(1.0, "generator 2", 0.25, 7)
    for part in (first, second):
        together.add(part.take())
        together.add(part.take())  # Nothing is told twice.
    ours, theirs = together.take(), alone.take()
    for taken in (ours, theirs):
        taken["admitted"]["abuser"].sort()
    assert ours == theirs
