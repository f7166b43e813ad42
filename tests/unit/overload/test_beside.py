"""What is due beside a crowd is held against what is due without it."""

from tests.chaos.samples import FAILED, OK, READ, Sample
from tests.overload.beside import compared

CALM, HELD = [(0.0, 10.0)], [(10.0, 20.0)]


def _samples(calm_seconds: float, held_seconds: float, outcome: str = OK) -> list[Sample]:
    return [
        Sample(READ, outcome if second > 10 else OK, outcome, 200, float(second), latency, 0.0)
        for second, latency in (
            *((second, calm_seconds) for second in range(10)),
            *((second, held_seconds) for second in range(11, 20)),
        )
    ]


def test_as_quick_as_without_the_crowd_is_kept() -> None:
    trial = compared("idle", _samples(0.010, 0.014), CALM, HELD, [500])
    assert not trial.broken
    assert (trial.figures["p95 before"], trial.figures["p95"]) == (0.010, 0.014)


def test_more_than_half_as_slow_again_is_broken() -> None:
    assert compared("idle", _samples(0.010, 0.016), CALM, HELD, [500]).broken


def test_a_difference_of_a_millisecond_is_noise() -> None:
    assert not compared("idle", _samples(0.001, 0.002), CALM, HELD, [500]).broken


def test_an_answer_that_failed_breaks_the_promise() -> None:
    assert compared("idle", _samples(0.010, 0.010, FAILED), CALM, HELD, [500]).broken
