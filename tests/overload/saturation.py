"""Three times what the stack can answer, by the clock."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil
from prometheus_client.parser import text_string_to_metric_families

from app.gate.overflow import ROUTE
from loadtest.slo import FILE, read_objectives
from tests.chaos.load import CHECKOUT, Load, Question, running
from tests.chaos.samples import FAILED, OK, REFUSED, WRONG, Summary, summarise
from tests.chaos.stack import REPLICAS, ChaosStack
from tests.overload.generator import Job, Outcome
from tests.overload.trial import Trial
from tests.stack.running_stack import request

FACTOR = 3
CLOSED_CONNECTIONS = 24  # As many as the stack has threads.
CONNECTIONS = 512
FIND_SECONDS = 5.0
STEP = 0.95
TRIES = 2  # A pause of the machine is not the stack's.
ABOVE = 1.2
COUNTED_SECONDS = 1.5  # A worker tells once a second what it has counted.
SURE_SECONDS = 30.0  # A machine that has slower moments has some of them in it.
CALM_SECONDS = 15.0
AFTER_SECONDS = 5.0
P95_FACTOR = 2.0
AS_BEFORE_FACTOR = 1.5
NOISE_SECONDS = 0.002
REFUSED_WITHIN_SECONDS = 0.050
SPARE = 0.001  # So little may be refused while the machine pauses for other work.
GROUP = "read"  # Of the objectives of `make load`.
HEALTH = "health"
HEALTH_PER_SECOND = 10.0
HEALTH_WITHIN_SECONDS = 0.5
REQUESTS_METRIC = "fasti_http_requests_total"
LEASED_METRIC = "fasti_rate_limit_leased_units"


@dataclass(frozen=True)
class _Round:
    """What came before, through and after; per_answer: answers of replicas for each that came."""

    before: Outcome
    through: Outcome
    after: Outcome
    health: Summary
    per_answer: float
    is_whole: bool
    leased: float

    def __str__(self) -> str:
        return ", ".join(
            _ms(one.latency(OK).p95) for one in (self.before, self.through, self.after)
        )


class Saturation:
    """The stack, its questions, and what is known of it."""

    def __init__(self, stack: ChaosStack, questions: list[Question], directory: Path) -> None:
        self._stack = stack
        self._directory = directory
        self._load = directory / "overload.json"
        self._others: list[str] = []
        (objective,) = (each for each in read_objectives(FILE, "capacity") if each.group == GROUP)
        self._p95_seconds = objective.p95_ms / 1000
        Load(stack.port(), questions, {}, seed=1).save(self._load)

    def trial(self, seconds: float, rounds: int) -> Trial:
        """Find what is sustainable, ask three times as much for ``seconds``, and compare.

        So many rounds of it, of which the medians are compared: the speed of a machine changes.
        """
        with self._apart():
            return self._tried(seconds, rounds)

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """Leave half of the CPUs to the replicas, and the others to all else, if there are two.

        Callers have machines of their own: what they take is not to be missed by who answers them.
        """
        cpus = sorted(os.sched_getaffinity(0))
        half = len(cpus) // 2
        replicas = [self._stack.master(name) for name in REPLICAS]
        of_replicas = {each for one in replicas for each in (one, *one.children(recursive=True))}
        others = {psutil.Process(), *self._stack.processes()} - of_replicas
        _run_on(cpus[:half] or cpus, of_replicas)
        _run_on(cpus[half:], others)
        try:
            yield
        finally:
            _run_on(cpus, [psutil.Process(), *self._stack.processes()])

    def _tried(self, seconds: float, rounds: int) -> Trial:
        rate = self._sustainable()
        found = [self._round(seconds, rate) for _ in range(rounds)]
        before, through, after = (
            [getattr(one, name) for one in found] for name in ("before", "through", "after")
        )
        health = [one.health for one in found]
        p95_before, p95, p95_after = (
            median(one.latency(OK).p95 for one in each) for each in (before, through, after)
        )
        refused_before, refused_after = (
            median(one.refused_share for one in each) for each in (before, after)
        )
        refused_p50, refused_p99 = (
            median(getattr(one.latency(REFUSED), name) for one in through)
            for name in ("p50", "p99")
        )
        per_answer = median(one.per_answer for one in found)
        offered = median(one.sent / one.seconds for one in through)
        asked = sum((Counter(one.counts) for one in through), Counter[str]())
        probes = sum(one.requests for one in health)
        health_slowest = max(one.slowest_seconds for one in health)
        promises: dict[str, Callable[[], bool]] = {
            f"p95 of admitted rose {p95 / p95_before:.2f} x": lambda: (
                p95 <= max(P95_FACTOR * p95_before, p95_before + NOISE_SECONDS)
            ),
            f"refused late: p99 {_ms(refused_p99)}": lambda: refused_p99 <= REFUSED_WITHIN_SECONDS,
            f"wrong or failed: {_reasons(through)}": lambda: all(one.is_right for one in through),
            "nothing was refused: it was no overload": lambda: asked[REFUSED] > 0,
            f"retried: {per_answer:.3f} answers of the replicas for each that came": lambda: (
                per_answer <= 1.01
            ),
            f"health: {[one.reasons for one in health]}": lambda: (
                not any(one.failed + one.refused + one.wrong for one in health)
            ),
            f"health took {_ms(health_slowest)}": lambda: health_slowest <= HEALTH_WITHIN_SECONDS,
            f"not whole after {AFTER_SECONDS:.0f} s": lambda: all(one.is_whole for one in found),
            "units still leased": lambda: not any(one.leased for one in found),
            f"p95 afterwards {p95_after / p95_before:.2f} x that before": lambda: (
                p95_after <= max(AS_BEFORE_FACTOR * p95_before, p95_before + NOISE_SECONDS)
            ),
            f"afterwards: {_reasons(after)}": lambda: all(one.is_right for one in after),
            f"refused afterwards {refused_after:.2%}, before {refused_before:.2%}": lambda: (
                refused_after <= max(SPARE, AS_BEFORE_FACTOR * refused_before)
            ),
        }
        return Trial(
            f"{FACTOR} x the sustainable",
            {
                "asked": str(asked.total()),
                **{name: str(asked[name]) for name in (OK, REFUSED, WRONG, FAILED)},
                "p95 before": p95_before,
                "p95": p95,
                "slowest": max(one.latency(OK).slowest for one in through),
            },
            [said for said, is_kept in promises.items() if not is_kept()],
            [
                f"sustainable {rate:.0f}/s; offered {offered:.0f}/s, answered "
                f"{median(one.answered_per_second for one in through):.0f}/s",
                f"refused after: p50 {_ms(refused_p50)}, p99 {_ms(refused_p99)}, slowest "
                f"{_ms(max(one.latency(REFUSED).slowest for one in through))}",
                f"p95 before, through, after, by round: {'; '.join(map(str, found))}",
                f"refused before {refused_before:.2%}, after {refused_after:.2%}",
                f"{per_answer:.3f} answers of the replicas for each that came",
                f"health: {probes} asked, slowest {_ms(health_slowest)}",
                f"cores taken by anything else, load after load: {', '.join(self._others)}",
                f"the generator took {max(one.cpu_share for one in through):.2f} of a core, and "
                f"was late by {_ms(median(one.late_p99_seconds for one in through))} (p99), which "
                "counts as latency"
                + (
                    ""
                    if offered > 0.95 * FACTOR * rate
                    else f"; it was the limit: {FACTOR * rate:.0f}/s were due"
                ),
            ],
        )

    def _round(self, seconds: float, rate: float) -> "_Round":
        """What is sustainable, three times as much, and five seconds later the first again."""
        time.sleep(AFTER_SECONDS)  # As long as the other was idle before it.
        before = self._generate(CALM_SECONDS, rate)
        answered = self._answered()
        with running(self._health(), self._directory) as probes:
            through = self._generate(seconds, FACTOR * rate)
        ended_at = time.monotonic()
        answered = self._answered() - answered
        health = summarise(probes.samples)
        time.sleep(max(0.0, ended_at + AFTER_SECONDS - time.monotonic()))
        is_whole, leased = self._stack.is_whole(), self._sum_of(LEASED_METRIC)
        after = self._generate(CALM_SECONDS, rate)
        per_answer = answered / (through.counts.get(OK, 0) + health.requests)
        return _Round(before, through, after, health, per_answer, is_whole, leased)

    def _sustainable(self) -> float:
        """The highest rate by the clock, in steps down from above that of a closed loop, at which
        the objective of `make load` is kept and next to nothing refused.
        """
        rate = self._generate(FIND_SECONDS, None).answered_per_second * ABOVE
        while rate > 1:
            rate *= STEP
            for _ in range(TRIES):
                spans = (FIND_SECONDS, SURE_SECONDS)
                if all(self._holds(self._generate(each, rate)) for each in spans):
                    return rate
        raise RuntimeError("no rate is answered wholly")

    def _holds(self, outcome: Outcome) -> bool:
        return (
            outcome.is_right
            and outcome.refused_share <= SPARE
            and not outcome.waited
            and outcome.latency(OK).p95 <= self._p95_seconds
        )

    def _generate(self, seconds: float, per_second: float | None) -> Outcome:
        connections = CONNECTIONS if per_second else CLOSED_CONNECTIONS
        job = Job(str(self._load), connections, seconds, per_second)
        busy, ours = _busy_seconds(), self._stack_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "tests.overload.generator"],
            cwd=CHECKOUT,
            input=json.dumps(asdict(job)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        outcome = Outcome.read(done.stdout)
        used = self._stack_seconds() - ours + outcome.cpu_share * outcome.seconds
        others = (_busy_seconds() - busy - used) / outcome.seconds
        self._others.append(f"{max(0.0, others):.2f}")
        return outcome

    def _stack_seconds(self) -> float:
        """CPU of all processes of the stack."""
        times = [process.cpu_times() for process in self._stack.processes()]
        return float(sum(each.user + each.system for each in times))

    def _health(self) -> Load:
        question = Question(HEALTH, "GET", "/health/ready", {})
        return Load(self._stack.port(), [question], {HEALTH: HEALTH_PER_SECOND}, seed=1)

    def _answered(self) -> float:
        """Requests that replicas have answered, without what they refused unread."""
        time.sleep(COUNTED_SECONDS)
        return self._sum_of(REQUESTS_METRIC, but_route=ROUTE)

    def _sum_of(self, metric: str, but_route: str = "") -> float:
        """A metric of all replicas, all its labels together."""
        texts = [
            request(self._stack.port(replica), "GET", "/metrics").body.decode()
            for replica in REPLICAS
        ]
        return sum(
            sample.value
            for text in texts
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == metric and sample.labels.get("route", ".") != but_route
        )


def _run_on(cpus: list[int], processes: Iterable[psutil.Process]) -> None:
    """Keep all threads of processes, and whatever they start, to some CPUs."""
    for process in processes:
        for thread in process.threads():
            os.sched_setaffinity(thread.id, cpus)


def _busy_seconds() -> float:
    """CPU that the whole machine has used."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0) + getattr(times, "guest", 0.0)
    return float(sum(times) - idle)


def _reasons(outcomes: list[Outcome]) -> str:
    reasons = sum((Counter(one.reasons) for one in outcomes), Counter[str]())
    return ", ".join(f"{reason}: {count}" for reason, count in reasons.items())


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
