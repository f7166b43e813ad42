"""How the reports of all workers become the picture of the replicas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.health.condition import Component, time_text
from app.health.picture import TIERS, WORST_FIRST, History, Latency, Picture, Replica, Traffic
from app.health.traffic import KEPT_STEPS, STEP_SECONDS, quantile_seconds
from app.store.reports import KEPT_SECONDS, Counts

SILENT_BEATS = 2.5  # One that is missed is no death.
STOPPED_SECONDS = 60  # So long one sees that a replica was stopped; then it is forgotten.


@dataclass(frozen=True, slots=True)
class Heard:
    """What one worker reported, and for how many seconds it has been silent since."""

    report: Mapping[str, Any]
    silent_seconds: float

    @property
    def is_alive(self) -> bool:
        """True for a worker that reports as often as it should."""
        longest = SILENT_BEATS * max(1.0, float(self.report["beat_seconds"]))
        return self.report["status"] != "stopped" and self.silent_seconds <= longest


@dataclass(slots=True)
class Known:
    """What the answering worker knows. is_current: whether who is silent is so for itself."""

    now: float
    answered_by: str
    is_complete: bool
    is_current: bool
    known_at: float | None
    workers: list[Heard] = field(default_factory=list)
    steps: Mapping[int, Counts] = field(default_factory=dict)


def picture_of(known: Known) -> Picture:
    """Put it together."""
    first = int(known.now) // STEP_SECONDS * STEP_SECONDS - KEPT_STEPS * STEP_SECONDS
    steps = [first + number * STEP_SECONDS for number in range(KEPT_STEPS)]
    by_replica: dict[str, list[Heard]] = {}
    for worker in known.workers:
        by_replica.setdefault(worker.report["replica"], []).append(worker)
    replicas = [
        replica
        for _name, workers in sorted(by_replica.items(), key=lambda item: _natural(item[0]))
        if (replica := _replica(workers, known, steps)) is not None
    ]
    alive = [worker.report for worker in known.workers if worker.is_alive]
    is_well = all(replica.status in ("ready", "stopped") for replica in replicas)
    return Picture(
        status="ready" if is_well and known.is_complete else "degraded",
        at=_at(known.now),
        answered_by=known.answered_by,
        is_complete=known.is_complete,
        known_at=None if known.known_at is None else _at(known.known_at),
        replicas=tuple(replicas),
        traffic=_traffic(alive),
        history=_history(first, [known.steps.get(step, {}) for step in steps]),
    )


def cache_hit_ratio(counts: Counts) -> float | None:
    """The share of the answers that needed not be made; None when there were none."""
    total = sum(counts.get(f"cache:{tier}", 0) for tier in TIERS)
    return None if not total else 1 - counts.get("cache:made", 0) / total


def _replica(workers: list[Heard], known: Known, steps: list[int]) -> Replica | None:
    newest = min(workers, key=lambda worker: worker.silent_seconds)
    alive = [worker for worker in workers if worker.is_alive]
    status = _status(newest, alive, is_current=known.is_current)
    if newest.silent_seconds > (STOPPED_SECONDS if status == "stopped" else KEPT_SECONDS):
        return None
    reports = [worker.report for worker in alive]
    told = newest.report
    started_at = min(float(report["started_at"]) for report in reports or [told])
    requests = f"at:{told['replica']}"
    return Replica(
        name=told["replica"],
        status=status,
        last_seen=_at(known.now - newest.silent_seconds),
        version=told["version"],
        data_version=told["data_version"],
        server=told["server"],
        started_at=_at(started_at),
        uptime_seconds=max(0, int(known.now - started_at)) if alive else 0,
        workers=len(alive),
        expected_workers=told["workers"],
        busy_threads=sum(report["busy_threads"] for report in reports),
        threads=sum(report["threads"] for report in reports),
        leased_units=sum(report["leased_units"] for report in reports),
        memory_cache_bytes=_summed(report["memory_cache_bytes"] for report in reports),
        components=_components(reports or [told]),
        traffic=_traffic(reports),
        requests_by_step=tuple(known.steps.get(step, {}).get(requests, 0) for step in steps),
    )


def _status(newest: Heard, alive: list[Heard], *, is_current: bool) -> str:
    if alive:
        said = {worker.report["status"] for worker in alive}
        return next((status for status in WORST_FIRST if status in said), "degraded")
    if newest.report["status"] == "stopped":
        return "stopped"
    return "down" if is_current else "unknown"


def _components(reports: Iterable[Mapping[str, Any]]) -> dict[str, Component]:
    """Each as the worker has it that is worst off: down since the first, or up since the last."""
    found: dict[str, list[Component]] = {}
    for report in reports:
        for name, part in report["components"].items():
            found.setdefault(name, []).append(Component(part["status"], part["since"]))
    return {
        name: min(down, key=lambda part: part.since)
        if (down := [part for part in parts if part.status != "up"])
        else max(parts, key=lambda part: part.since)
        for name, parts in found.items()
    }


def _traffic(reports: list[Mapping[str, Any]]) -> Traffic:
    counts = _summed(report["lately"] for report in reports)
    made = sum(counts.get(f"cache:{tier}", 0) for tier in TIERS)
    return Traffic(
        requests_per_second=round(sum(report["requests_per_second"] for report in reports), 1),
        requests=counts.get("requests", 0),
        error_ratio=_error_ratio(counts),
        latency_seconds=Latency(*(quantile_seconds(counts, q) for q in (0.5, 0.95, 0.99))),
        cache_ratio={
            tier: round(counts.get(f"cache:{tier}", 0) / made, 4) for tier in TIERS if made
        },
        refused={
            name.partition(":")[2]: count
            for name, count in sorted(counts.items())
            if name.startswith("refused:")
        },
    )


def _history(first: int, steps: list[Counts]) -> History:
    return History(
        step_seconds=STEP_SECONDS,
        began_at=_at(first),
        requests_per_second=tuple(step.get("requests", 0) / STEP_SECONDS for step in steps),
        error_ratio=tuple(_error_ratio(step) for step in steps),
        p95_seconds=tuple(quantile_seconds(step, 0.95) for step in steps),
        cache_hit_ratio=tuple(cache_hit_ratio(step) for step in steps),
    )


def _error_ratio(counts: Counts) -> float | None:
    requests = counts.get("requests", 0)
    return counts.get("errors", 0) / requests if requests else None


def _summed(all_counts: Iterable[Counts]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for counts in all_counts:
        for name, count in counts.items():
            summed[name] = summed.get(name, 0) + count
    return summed


def _natural(name: str) -> tuple[int, str]:
    """In the order in which people count: replica-2 before replica-10."""
    return len(name), name


def _at(seconds: float) -> str:
    return time_text(datetime.fromtimestamp(seconds, UTC))
