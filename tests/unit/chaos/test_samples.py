"""What is said of many requests."""

from pathlib import Path

from tests.chaos.samples import (
    FAILED,
    OK,
    READ,
    REFUSED,
    WRONG,
    Sample,
    percentile,
    read_samples,
    summarise,
    write_samples,
)


def _sample(outcome: str = OK, latency_seconds: float = 0.01, reason: str = "") -> Sample:
    return Sample(READ, outcome, reason, 200, 100.0, latency_seconds, 0.001)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    ordered = [float(number) for number in range(1, 101)]
    assert percentile(ordered, 0.95) == 95.0
    assert percentile(ordered, 1.0) == 100.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([1.0, 9.0], 0.5) == 1.0
    assert percentile([], 0.95) == 0.0


def test_outcomes_are_counted_apart() -> None:
    outcomes = [OK, OK, WRONG, FAILED, FAILED, FAILED, REFUSED]
    summary = summarise(_sample(outcome, reason=outcome) for outcome in outcomes)
    assert (summary.requests, summary.wrong, summary.failed, summary.refused) == (7, 1, 3, 1)
    assert summary.reasons == {WRONG: 1, FAILED: 3, REFUSED: 1}


def test_a_failed_request_is_as_slow_as_it_was() -> None:
    summary = summarise([_sample(), _sample(FAILED, 5.0)])
    assert summary.slowest_seconds == 5.0
    assert summary.p95_seconds == 5.0


def test_samples_are_read_as_they_were_written(tmp_path: Path) -> None:
    samples = [_sample(), _sample(FAILED, 5.0, "BrokenAnswer")]
    write_samples(tmp_path / "samples", samples)
    assert read_samples(tmp_path / "samples") == samples
