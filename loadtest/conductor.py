"""The one process that sees all of a run: it says how it goes, and what it came to."""

import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent

from loadtest.machine import machine, versions
from loadtest.plan import RunPlan
from loadtest.recorder import Recorder
from loadtest.report.page import render_page
from loadtest.report.summary import progress_line, summarize
from loadtest.report.terminal import render_text
from loadtest.server_side import ServerSide
from loadtest.slo import read_objectives

PROGRESS_SECONDS = 5
# How the line begins that says that arrivals come from now on.
BEGUN = "begun"


def _plain(error: Any) -> str:
    """Return what went wrong in a Locust ``StatsError``; from a worker it comes as a repr."""
    return re.sub(r"^CatchResponseError\((['\"])(.*)\1\)$", r"\2", str(error.error))


class Conductor:
    """Collects what all processes record, and writes the report."""

    def __init__(self, environment: Any, plan: RunPlan, processes: int) -> None:
        """Wait for ``processes`` of the generator."""
        self.recorder = Recorder(plan.slice_seconds)
        self._environment = environment
        self._plan = plan
        self._shape = plan.shape()
        self._processes = processes
        self._done = 0
        self._server = ServerSide(plan.stack, plan.metrics)
        self._started = 0.0
        self._began_at = datetime.now(UTC)
        self._broken: list[str] = []
        self._machine = machine()

    def begin(self) -> float:
        """Start the clock, and return what it shows (``time.monotonic``)."""
        self._server.begin()
        self._began_at = datetime.now(UTC)
        self._started = time.monotonic()
        sys.stdout.write(f"{BEGUN} with {self._processes} of the generator's processes\n")
        sys.stdout.flush()
        gevent.spawn(self._watch)
        if self._plan.stall_seconds:
            gevent.spawn(self._stall)
        return self._started

    def process_is_done(self) -> None:
        """Note that a process has sent all its arrivals; after the last of them, end the run."""
        self._done += 1
        if self._done == self._processes:
            gevent.spawn(self._environment.runner.quit)

    def give_up(self, why: str) -> None:
        """End a run that cannot begin, or go on."""
        self._broken.append(why)
        gevent.spawn(self._environment.runner.quit)

    def finish(self, **_: Any) -> None:
        """Write the record and the page, print the table, and set the exit status."""
        if not self._started:
            why = "; ".join(self._broken) or "broken off, or too few workers came"
            sys.stderr.write(f"make load: the run did not begin: {why}\n")
            self._environment.process_exit_code = 2
            return
        if self._done < self._processes:
            self._broken.append("the run was broken off before the last arrival")
        record = self._record()
        path = Path(self._plan.record)
        path.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
        page = path.with_suffix(".html")
        page.write_text(render_page(record), encoding="utf-8")
        sys.stdout.write(f"\n{render_text(record)}\nreport: {page}\n")
        sys.stdout.flush()
        self._environment.process_exit_code = 0 if record["summary"]["passed"] else 1

    def _record(self) -> dict[str, Any]:
        """Return everything that is known of the run, as JSON can hold it."""
        stats = self._environment.stats
        failures = [
            {"count": error.occurrences, "what": f"{error.method} {error.name}: {_plain(error)}"}
            for error in stats.errors.values()
        ]
        failures += [
            {"count": broken["count"], "what": f"in the load test itself: {broken['msg']}"}
            for broken in self._environment.runner.exceptions.values()
        ]
        failures += [{"count": 1, "what": what} for what in self._broken]
        plan, shape = self._plan, self._shape
        record = {
            "format": 1,
            "scenario": plan.scenario,
            "peak": plan.peak,
            "seconds": plan.seconds,
            "seed": plan.seed,
            "target": plan.target,
            "began_at": self._began_at.isoformat(timespec="seconds"),
            "processes": self._processes,
            "phases": [
                [phase.name, phase.start_seconds, phase.end_seconds] for phase in shape.phases
            ],
            "notes": [*shape.notes, *(f"{kind} left out" for kind in plan.without)],
            "stall_seconds": plan.stall_seconds,
            "facts": dict(plan.facts),
            "machine": self._machine,
            "versions": versions(),
            "slice_seconds": plan.slice_seconds,
            "wanted": [
                round(shape.rate_at(second + plan.slice_seconds / 2), 2)
                for second in range(0, int(shape.seconds) + 1, plan.slice_seconds)
            ],
            "failures": sorted(failures, key=lambda failure: -failure["count"]),
            "server": self._server.end(),
            **self.recorder.take(),
        }
        objectives = read_objectives(Path(plan.slo), plan.scenario)
        record["summary"] = summarize(record, objectives)
        # Checked, and of no use to anybody afterwards.
        del record["admitted"]
        return record

    def _tell(self, second: int) -> None:
        width = self._plan.slice_seconds
        line = progress_line(self._shape, self.recorder, second, width)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def _stall(self) -> None:
        """Stop all replicas for a while in the middle of the run: an outage of known size."""
        gevent.sleep(self._shape.seconds / 2)
        self._server.stop_replicas()
        try:
            gevent.sleep(self._plan.stall_seconds)
        finally:
            self._server.resume_replicas()

    def _watch(self) -> None:
        """Once a second look at the server; every few seconds say how it goes."""
        second = 0
        while self._done < self._processes:
            second += 1
            gevent.sleep(max(0.0, self._started + second - time.monotonic()))
            self._server.sample(second - 1)
            if second % PROGRESS_SECONDS == 0:
                self._tell(second)
            runner = self._environment.runner
            if getattr(runner, "worker_count", self._processes) < self._processes:
                self.give_up("a worker of the generator was lost")
                return
