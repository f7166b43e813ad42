"""Three times what the stack can answer, by the clock."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil
from prometheus_client.parser import text_string_to_metric_families

from app.gate.overflow import ROUTE
from loadtest.slo import FILE, read_objectives
from tests.chaos.load import CHECKOUT, Load, Question, running
from tests.chaos.samples import OK, summarise
from tests.chaos.stack import REPLICAS, ChaosStack
from tests.overload.generator import Job, Outcome
from tests.overload.rounds import AFTER_SECONDS, FACTOR, SPARE, Round, judged
from tests.overload.trial import Trial
from tests.stack.running_stack import request

CLOSED_CONNECTIONS = 24  # As many as the stack has threads.
CONNECTIONS = 512
FIND_SECONDS = 5.0
STEP = 0.95
ABOVE = 1.2
COUNTED_SECONDS = 1.5  # A worker tells once a second what it has counted.
SURE_SECONDS = 30.0  # A machine that has slower moments has some of them in it.
CALM_SECONDS = 15.0
GROUP = "read"  # Of the objectives of `make load`.
HEALTH = "health"
HEALTH_PER_SECOND = 10.0
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

    def trial(self, seconds: float, rounds: int) -> Trial:
        """Find what is sustainable, ask three times as much for ``seconds``, and compare.

        So many rounds of it, of which the medians are compared: the speed of a machine changes.
        """
        with self._apart():
            rate = self._sustainable()
            found = [self._round(seconds, rate) for _ in range(rounds)]
        return judged(rate, found, self._others)

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

    def _round(self, seconds: float, rate: float) -> Round:
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
        return Round(before, through, after, health, per_answer, is_whole, leased)

    def _sustainable(self) -> float:
        """The highest rate by the clock, in steps down from above that of a closed loop, at which
        the objective of `make load` is kept and next to nothing refused.
        """
        rate = self._generate(FIND_SECONDS, None).answered_per_second * ABOVE
        while rate > 1:
            rate *= STEP
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
