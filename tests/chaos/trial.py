"""One fault under load: what was sent, what came back, and whether the promise was kept."""

import time
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tests.chaos.fault import Fault, Promise
from tests.chaos.load import Load, Question, running
from tests.chaos.questions import BATCH, POSTS, TOKEN
from tests.chaos.samples import READ, REFUSED, Sample, Summary, summarise
from tests.chaos.stack import ChaosStack, wait_until

RATES = {READ: 200.0, TOKEN: 2.0, BATCH: 2.0}
BEFORE_SECONDS = 5.0
AFTER_SECONDS = 2.0
THROUGH_SECONDS = 6.0  # At the least, so that a blow that heals at once is measured as well.
NOTICED_WITHIN_SECONDS = 15.0
WHOLE_WITHIN_SECONDS = 45.0
# Below this a latency is the machine's noise, and a ratio of two says nothing.
NOISE_SECONDS = 0.010


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did. Seconds are None where there is nothing to tell, or it never came."""

    name: str
    before: Summary
    through: Summary
    posts: Summary
    detected_after_seconds: float | None
    recovered_after_seconds: float | None
    latest_send_seconds: float
    broken: list[str]
    shown: list[str] = field(default_factory=list)
    skipped: str = ""


def tried(fault: Fault, stack: ChaosStack, questions: list[Question], directory: Path) -> Outcome:
    """Run ``fault`` under load.

    Detection counts from its begin; recovery from its end, or from when it was done where it heals
    by itself: until every process is there and every worker says that nothing is down.
    """
    if reason := fault.reason_to_skip(stack):
        nothing = summarise([])
        return Outcome(fault.name, nothing, nothing, nothing, None, None, 0.0, [], [], reason)
    also = fault.also_asked(stack)
    rates = RATES | {asked[0].kind: rate for rate, asked in also.items()}
    asked = [*questions, *chain.from_iterable(also.values())]
    load = Load(stack.port(), asked, rates, seed=time.time_ns())
    try:
        with running(load, directory) as sent:
            time.sleep(BEFORE_SECONDS)
            began_at = time.monotonic()
            fault.begin(stack)
            ended_at = time.monotonic()
            noticed_at = None
            if fault.noticed_by:
                noticed_at = wait_until(lambda: fault.is_noticed(stack), NOTICED_WITHIN_SECONDS)
            fault.look(stack)
            time.sleep(max(0.0, began_at + fault.held_seconds - time.monotonic()))
            if fault.held_seconds:
                ended_at = time.monotonic()
            fault.end(stack)
            whole_at = wait_until(stack.is_whole, WHOLE_WITHIN_SECONDS)
            time.sleep(max(AFTER_SECONDS, began_at + THROUGH_SECONDS - time.monotonic()))
    finally:
        fault.end(stack)
    return judged(
        fault,
        sent.samples,
        began_at,
        None if noticed_at is None else noticed_at - began_at,
        None if whole_at is None else whole_at - ended_at,
    )


def given_up(fault: Fault, error: Exception) -> Outcome:
    """Say that ``fault`` could not be made, or not be taken back."""
    nothing = summarise([])
    said = f"it came to nothing: {type(error).__name__}: {error}"
    return Outcome(fault.name, nothing, nothing, nothing, None, None, 0.0, [said])


def judged(
    fault: Fault,
    samples: list[Sample],
    began_at: float,
    detected_after_seconds: float | None,
    recovered_after_seconds: float | None,
) -> Outcome:
    """Hold what was under way at ``began_at``, or sent from then on, against the promise."""
    through = [sample for sample in samples if sample.ended_at >= began_at]
    before = summarise(
        sample for sample in samples if sample.kind == READ and sample.ended_at < began_at
    )
    during = summarise(sample for sample in through if sample.kind == READ)
    broken = list(broken_by(fault.promise, before, during, through))
    if fault.noticed_by and detected_after_seconds is None:
        broken.append(f"not noticed: {fault.noticed_by}")
    if recovered_after_seconds is None:
        broken.append("never whole again")
    shown, not_so = fault.shown(samples)
    return Outcome(
        fault.name,
        before,
        during,
        summarise(sample for sample in through if sample.kind in POSTS),
        detected_after_seconds,
        recovered_after_seconds,
        max((sample.late_seconds for sample in samples), default=0.0),
        [*broken, *not_so],
        shown,
    )


def broken_by(
    promise: Promise, before: Summary, during: Summary, through: list[Sample]
) -> list[str]:
    """Return what of ``promise`` was not kept, each with what happened."""
    posts = summarise(sample for sample in through if sample.kind in POSTS)
    refused = {sample.kind for sample in through if sample.outcome == REFUSED} & POSTS
    broken = []
    if before.failed + before.wrong + before.refused:
        broken.append(f"not well before it began: {before.reasons}")
    if during.wrong:
        broken.append(f"{during.wrong} wrong answers: {during.reasons}")
    if during.failed + during.refused > promise.failed_reads:
        broken.append(f"{during.failed + during.refused} failed reads: {during.reasons}")
    if posts.failed > promise.failed_posts or posts.wrong:
        broken.append(f"{posts.failed} failed POSTs: {posts.reasons}")
    if not refused <= set(promise.may_refuse):
        broken.append(f"POSTs were refused: {sorted(refused)}")
    if during.slowest_seconds > promise.slowest_seconds:
        broken.append(f"a read took {during.slowest_seconds:.2f} s")
    if promise.p95_factor is not None:
        allowed = max(before.p95_seconds * promise.p95_factor, NOISE_SECONDS)
        if during.p95_seconds > allowed:
            broken.append(f"p95 rose to {during.p95_seconds * 1000:.1f} ms")
    return broken
