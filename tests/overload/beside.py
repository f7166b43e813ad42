"""One who asks at an even pace, beside callers who hold connections."""

import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.load import Load, Question, running
from tests.chaos.samples import FAILED, OK, READ, REFUSED, WRONG, Sample, summarise
from tests.chaos.stack import ChaosStack
from tests.overload.slow_clients import holding, most_connections
from tests.overload.trial import Trial

ROUNDS = 3
CALM_SECONDS = 6.0
HELD_SECONDS = 6.0  # With the settling, less than the 10 s after which nginx ends what drips.
SETTLE_SECONDS = 2.0
PER_SECOND = 50.0
P95_FACTOR = 1.5
# Less than this between two p95 is the machine, and not what was done to the stack.
NOISE_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many callers of a kind at once."""

    kind: str
    count: int


CROWDS = (
    Crowd("slow-head", 500),
    Crowd("slow-body", 500),
    Crowd("slow-reader", 500),
    Crowd("flood", 100),
    Crowd("idle", 10_000),
)
Slice = tuple[float, float]


def beside(stack: ChaosStack, questions: list[Question], crowd: Crowd, directory: Path) -> Trial:
    """Ask in calm slices and beside ``crowd``, in turns, and compare."""
    name = f"{crowd.count} x {crowd.kind}"
    if crowd.count > most_connections():
        return Trial(name, skipped=f"a process may have {most_connections()} connections here")
    calm: list[Slice] = []
    held: list[Slice] = []
    counts = []
    load = Load(stack.port(), questions, {READ: PER_SECOND}, seed=time.time_ns())
    with running(load, directory) as sent:
        for _ in range(ROUNDS):
            time.sleep(SETTLE_SECONDS)
            calm.append(_slice(CALM_SECONDS))
            with holding(crowd.kind, crowd.count, stack.port()) as crowd_held:
                time.sleep(SETTLE_SECONDS)
                held.append(_slice(HELD_SECONDS))
            counts.append(crowd_held.count)
    return compared(name, sent.samples, calm, held, counts)


def compared(
    name: str, samples: list[Sample], calm: list[Slice], held: list[Slice], counts: list[int]
) -> Trial:
    """Hold what was due in the one slices against what was due in the others."""
    before, beside = (
        summarise(
            sample for sample in samples if any(a <= sample.scheduled_at < b for a, b in slices)
        )
        for slices in (calm, held)
    )
    everything = summarise(samples)
    ratio = beside.p95_seconds / before.p95_seconds if before.p95_seconds else 0.0
    broken = []
    if beside.p95_seconds > max(
        P95_FACTOR * before.p95_seconds, before.p95_seconds + NOISE_SECONDS
    ):
        broken.append(f"p95 rose {ratio:.2f} x")
    if everything.failed + everything.wrong + everything.refused:
        broken.append(f"the other caller's answers: {everything.reasons}")
    if not beside.requests or not before.requests:
        broken.append("nothing was measured")
    return Trial(
        name,
        {
            "asked": str(beside.requests),
            OK: str(beside.requests - beside.failed - beside.wrong - beside.refused),
            REFUSED: str(beside.refused),
            WRONG: str(beside.wrong),
            FAILED: str(beside.failed),
            "p95 before": before.p95_seconds,
            "p95": beside.p95_seconds,
            "slowest": beside.slowest_seconds,
        },
        broken,
        [f"p95 {ratio:.2f} x that of calm slices; connections held at the end: {counts}"],
    )


def _slice(seconds: float) -> Slice:
    began_at = time.monotonic()
    time.sleep(seconds)
    return began_at, time.monotonic()
