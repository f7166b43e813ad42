"""Three times what the stack can answer, by the clock."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import psutil
from prometheus_client.parser import text_string_to_metric_families

from app.gate.overflow import ROUTE
from loadtest.slo import FILE, read_objectives
from tests.chaos.load import CHECKOUT, Load, Question, running
from tests.chaos.samples import FAILED, OK, REFUSED, WRONG, summarise
from tests.chaos.stack import REPLICAS, ChaosStack
from tests.overload.generator import Job, Outcome
from tests.overload.trial import Trial
from tests.stack.running_stack import request

FACTOR = 3
CLOSED_CONNECTIONS = 24  # As many as the stack has threads.
CONNECTIONS = 512
FIND_SECONDS = 5.0
STEP = 0.95
ABOVE = 1.2
MEASURE_SECONDS = 10.0
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

    def trial(self, seconds: float) -> Trial:
        """Find what is sustainable, ask three times as much for ``seconds``, and compare."""
        rate, before = self._sustainable()
        answered = self._answered()
        with running(self._health(), self._directory) as probes:
            through = self._generate(seconds, FACTOR * rate)
        answered = self._answered() - answered
        time.sleep(AFTER_SECONDS)
        is_whole, leased = self._stack.is_whole(), self._sum_of(LEASED_METRIC)
        after = self._generate(MEASURE_SECONDS, rate)
        health = summarise(probes.samples)
        per_answer = answered / (through.counts.get(OK, 0) + health.requests)
        admitted, refused = through.latency(OK), through.latency(REFUSED)
        p95_before, p95_after = before.latency(OK).p95, after.latency(OK).p95
        offered = through.sent / through.seconds
        promises: dict[str, Callable[[], bool]] = {
            f"p95 of admitted rose {admitted.p95 / p95_before:.2f} x": lambda: (
                admitted.p95 <= max(P95_FACTOR * p95_before, p95_before + NOISE_SECONDS)
            ),
            f"refused late: p99 {_ms(refused.p99)}": lambda: refused.p99 <= REFUSED_WITHIN_SECONDS,
            f"wrong or failed: {_reasons(through)}": lambda: through.is_right,
            "nothing was refused: it was no overload": lambda: through.counts.get(REFUSED, 0) > 0,
            f"retried: {per_answer:.3f} answers of the replicas for each that came": lambda: (
                per_answer <= 1.01
            ),
            f"health: {health.reasons}": lambda: (
                not (health.failed + health.refused + health.wrong)
            ),
            f"health took {_ms(health.slowest_seconds)}": lambda: (
                health.slowest_seconds <= HEALTH_WITHIN_SECONDS
            ),
            f"not whole after {AFTER_SECONDS:.0f} s": lambda: is_whole,
            f"{leased:.0f} units still leased": lambda: leased == 0,
            f"p95 afterwards {p95_after / p95_before:.2f} x that before": lambda: (
                p95_after <= max(AS_BEFORE_FACTOR * p95_before, p95_before + NOISE_SECONDS)
            ),
            f"afterwards: {_reasons(after)}": lambda: (
                after.is_right and after.refused_share <= SPARE
            ),
        }
        return Trial(
            f"{FACTOR} x the sustainable",
            {
                "asked": str(through.sent),
                OK: str(through.counts.get(OK, 0)),
                REFUSED: str(through.counts.get(REFUSED, 0)),
                WRONG: str(through.counts.get(WRONG, 0)),
                FAILED: str(through.counts.get(FAILED, 0)),
                "p95 before": p95_before,
                "p95": admitted.p95,
                "slowest": admitted.slowest,
            },
            [said for said, is_kept in promises.items() if not is_kept()],
            [
                f"sustainable {rate:.0f}/s; offered {offered:.0f}/s, answered "
                f"{through.answered_per_second:.0f}/s",
                f"refused after: p50 {_ms(refused.p50)}, p99 {_ms(refused.p99)}, slowest "
                f"{_ms(refused.slowest)}",
                f"{per_answer:.3f} answers of the replicas for each that came",
                f"health: {health.requests} asked, p95 {_ms(health.p95_seconds)}, slowest "
                f"{_ms(health.slowest_seconds)}",
                f"p95 afterwards {_ms(p95_after)}",
                f"cores taken by anything else, load after load: {', '.join(self._others)}",
                f"the generator took {through.cpu_share:.2f} of a core, and was late by "
                f"{_ms(through.late_p99_seconds)} (p99), which counts as latency"
                + (
                    ""
                    if offered > 0.95 * FACTOR * rate
                    else f"; it was the limit: {FACTOR * rate:.0f}/s were due"
                ),
            ],
        )

    def _sustainable(self) -> tuple[float, Outcome]:
        """The highest rate by the clock, in steps down from above that of a closed loop, at which
        the objective of `make load` is kept and next to nothing refused; with what came of it.
        """
        rate = self._generate(FIND_SECONDS, None).answered_per_second * ABOVE
        while rate > 1:
            rate *= STEP
            if self._holds(self._generate(FIND_SECONDS, rate)):
                outcome = self._generate(MEASURE_SECONDS, rate)
                if self._holds(outcome):
                    return rate, outcome
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


def _busy_seconds() -> float:
    """CPU that the whole machine has used."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0) + getattr(times, "guest", 0.0)
    return float(sum(times) - idle)


def _reasons(outcome: Outcome) -> str:
    return ", ".join(f"{reason}: {count}" for reason, count in outcome.reasons.items())


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
