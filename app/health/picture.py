"""The picture of all replicas, as it is shown: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.health.condition import Component

TIERS = ("gate", "memory", "shared", "made")
WORST_FIRST = ("draining", "starting", "degraded", "ready")


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that half, 95 and 99 in a hundred took at most; None where there were none."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was answered in the last minute. cache: of the answers that are kept anywhere, the share
    that came from each tier; refused: by plan.
    """

    requests_per_second: float
    requests: int
    error_ratio: float | None
    latency_seconds: Latency
    cache_ratio: Mapping[str, float]
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica. status: ``ready``, ``degraded``, ``starting``, ``draining``, ``stopped`` (told
    to), ``down`` (silent) or ``unknown`` (nobody could hear it). workers: how many are heard.
    """

    name: str
    status: str
    last_seen: str
    version: str
    data_version: str
    server: str
    started_at: str
    uptime_seconds: int
    workers: int
    expected_workers: int
    busy_threads: int
    threads: int
    leased_units: int
    memory_cache_bytes: Mapping[str, int]
    components: Mapping[str, Component]
    traffic: Traffic
    requests_by_step: tuple[int, ...]

    @property
    def is_heard(self) -> bool:
        """True while its workers report."""
        return self.status in WORST_FIRST


@dataclass(frozen=True, slots=True)
class History:
    """The last quarter of an hour by steps, oldest first; None where nothing was asked."""

    step_seconds: int
    began_at: str
    requests_per_second: tuple[float, ...]
    error_ratio: tuple[float | None, ...]
    p95_seconds: tuple[float | None, ...]
    cache_hit_ratio: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. is_complete: False while Redis is down, when the answering worker speaks for
    itself and of the others as of ``known_at``.
    """

    status: str
    at: str
    answered_by: str
    is_complete: bool
    known_at: str | None
    replicas: tuple[Replica, ...]
    traffic: Traffic
    history: History
