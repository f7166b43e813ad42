"""Of the rounds of an overload the medians are held against what is promised."""

from dataclasses import replace

import pytest

from tests.chaos.samples import FAILED, OK, REFUSED, Summary
from tests.overload.generator import Latencies, Outcome
from tests.overload.rounds import Round, judged

RATE = 1000.0


def _outcome(p95: float, ok: int, refused: int = 0, failed: int = 0) -> Outcome:
    counts = {OK: ok, REFUSED: refused, FAILED: failed}
    return Outcome(
        counts={name: count for name, count in counts.items() if count},
        latencies={OK: Latencies(p95=p95), REFUSED: Latencies(p99=0.010)},
        reasons={"502": failed} if failed else {},
        seconds=10.0,
        late_p99_seconds=0.0,
        waited=0,
        cpu_share=0.5,
    )


HEALTHY = Summary(100, 0, 0, 0, 0.010, 0.020, {})
CALM = _outcome(0.010, ok=10_000)
KEPT = Round(CALM, _outcome(0.020, ok=10_000, refused=20_000), CALM, HEALTHY, 1.0, True, 0.0)
LATE = replace(KEPT.through, latencies={OK: Latencies(p95=0.01), REFUSED: Latencies(p99=0.051)})


def test_twice_as_slow_and_as_before_afterwards_is_kept() -> None:
    trial = judged(RATE, [KEPT], ["0.01"])
    assert not trial.broken
    assert trial.figures["asked"] == "30000"
    assert (trial.figures["p95 before"], trial.figures["p95"]) == (0.010, 0.020)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(KEPT, through=_outcome(0.021, 10_000, 20_000)), "p95 of admitted rose 2.10 x"),
        (replace(KEPT, through=LATE), "refused late: p99 51.0 ms"),
        (replace(KEPT, through=_outcome(0.020, 10_000, 20_000, 1)), "wrong or failed: 502: 1"),
        (replace(KEPT, through=_outcome(0.020, 30_000)), "nothing was refused"),
        (replace(KEPT, per_answer=1.02), "retried: 1.020"),
        (replace(KEPT, health=replace(HEALTHY, refused=1)), "health: "),
        (replace(KEPT, health=replace(HEALTHY, slowest_seconds=0.6)), "health took 600.0 ms"),
        (replace(KEPT, is_whole=False), "not whole"),
        (replace(KEPT, leased=1.0), "units still leased"),
        (replace(KEPT, after=_outcome(0.016, 10_000)), "p95 afterwards 1.60 x"),
        (replace(KEPT, after=_outcome(0.010, 9_980, 20)), "refused afterwards 0.20%"),
        (replace(KEPT, after=_outcome(0.010, 9_999, failed=1)), "afterwards: 502: 1"),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_each_promise_may_be_broken(found: Round, said: str) -> None:
    (broken,) = judged(RATE, [found], ["0.01"]).broken
    assert broken.startswith(said)


def test_one_slow_round_of_three_is_the_machine() -> None:
    slow = replace(KEPT, through=_outcome(0.090, 10_000, 20_000))
    assert not judged(RATE, [KEPT, slow, KEPT], ["0.01"]).broken
    assert judged(RATE, [slow, KEPT, slow], ["0.01"]).broken


def test_one_failure_in_three_rounds_is_broken() -> None:
    failed = replace(KEPT, through=_outcome(0.020, 10_000, 20_000, 1))
    assert judged(RATE, [KEPT, KEPT, failed], ["0.01"]).broken
