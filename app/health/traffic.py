"""What a worker answered lately, by steps of ten seconds, as it reports it."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping

from app.observability.tally import BOUNDS_SECONDS, Tally, Totals

STEP_SECONDS = 10
KEPT_STEPS = 90  # A quarter of an hour.
LATELY_SECONDS = 60
PACE_SAMPLES = 6  # The pace is that of the last five heartbeats or so.
BUCKETS = tuple(f"within:{bound}" for bound in (*BOUNDS_SECONDS, "inf"))
ABOUT_ITSELF = ("/health/", "/metrics", "/status")
"""What is asked about the service says nothing about how it serves."""


class Traffic:
    """Counts by name: ``requests``; ``errors``, which are those of status 5xx; ``within:<seconds>``
    for each bound of the durations; ``cache:<tier>``; ``refused:<plan>``; ``at:<replica>``, its
    requests. Safe between threads.

    now: the clock, in Unix time.
    """

    def __init__(self, tally: Tally, replica: str, now: Callable[[], float] = time.time) -> None:
        self._tally = tally
        self._requests_here = f"at:{replica}"
        self._now = now
        self._counted = tally.totals()
        self._recent: dict[int, Counter[str]] = {}
        self._undelivered: dict[int, Counter[str]] = {}
        self._requests = 0
        self._pace: deque[tuple[float, int]] = deque(maxlen=PACE_SAMPLES)
        self._lock = threading.Lock()

    def count(self) -> None:
        """Add what was answered since the last time to the step that is now."""
        with self._lock:
            totals = self._tally.totals()
            new, self._counted = counts_of(totals.since(self._counted)), totals
            if new["requests"]:
                new[self._requests_here] = new["requests"]
            now = self._now()
            step = int(now) // STEP_SECONDS * STEP_SECONDS
            recent_steps = LATELY_SECONDS // STEP_SECONDS + 1
            for steps, kept in (
                (self._recent, recent_steps),
                (self._undelivered, KEPT_STEPS),
            ):
                steps.setdefault(step, Counter()).update(new)
                while len(steps) > kept:
                    del steps[min(steps)]
            self._requests += new["requests"]
            self._pace.append((now, self._requests))

    def lately(self) -> dict[str, int]:
        """The counts of the last minute, and of up to ten seconds before it."""
        with self._lock:
            oldest = self._now() - LATELY_SECONDS - STEP_SECONDS
            return dict(
                sum(
                    (counts for step, counts in self._recent.items() if step > oldest),
                    Counter[str](),
                )
            )

    @property
    def requests_per_second(self) -> float:
        """The pace of the last few heartbeats."""
        with self._lock:
            if len(self._pace) < 2:
                return 0.0
            (began, before), (ended, after) = self._pace[0], self._pace[-1]
            return (after - before) / max(ended - began, 0.001)

    def take(self) -> dict[int, Counter[str]]:
        """Hand out what was not delivered yet, by the Unix time at which each step began."""
        with self._lock:
            taken, self._undelivered = self._undelivered, {}
            return {step: counts for step, counts in taken.items() if counts}

    def give_back(self, steps: Mapping[int, Mapping[str, int]]) -> None:
        """Deliver it with the next again: it may not have arrived. If it had, it counts twice."""
        with self._lock:
            for step, counts in steps.items():
                self._undelivered.setdefault(step, Counter()).update(counts)


def counts_of(totals: Totals) -> Counter[str]:
    """What was counted, by the names of ``Traffic``."""
    counts: Counter[str] = Counter()
    for (_method, route, status), answers in totals.answers.items():
        if route.startswith(ABOUT_ITSELF):
            continue
        counts["requests"] += sum(answers.counts)
        counts["errors"] += sum(answers.counts) if status >= 500 else 0
        counts.update(dict(zip(BUCKETS, answers.counts, strict=True)))
    for (name, *labels), count in totals.events.items():
        if name == "cache":
            counts[f"cache:{labels[0]}"] += count
        elif name == "limited":
            counts[f"refused:{labels[1] or labels[0]}"] += count
    return +counts  # without the zeros


def quantile_seconds(counts: Mapping[str, int], quantile: float) -> float | None:
    """The duration that so many of the answers took at most; None when there are none.

    Within a bucket they are taken to lie evenly, as Prometheus' histogram_quantile does; what is
    above the last bound is said to be it.
    """
    total = sum(counts.get(name, 0) for name in BUCKETS)
    if not total:
        return None
    wanted, below, lower = quantile * total, 0, 0.0
    for name, bound in zip(BUCKETS, BOUNDS_SECONDS, strict=False):
        here = counts.get(name, 0)
        if here and below + here >= wanted:
            return lower + (bound - lower) * (wanted - below) / here
        below, lower = below + here, bound
    return BOUNDS_SECONDS[-1]
