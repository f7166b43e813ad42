"""What became of each request, and what many of them say together."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

READ = "read"
OK, WRONG, FAILED, REFUSED = "ok", "wrong", "failed", "refused"


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. kind: ``read``, or the name of a POST. outcome: ``ok``; ``wrong``, when a 200
    had other bytes than before; ``refused``, when it was told so by a problem and when to come
    again; ``failed`` for everything else. status: 0 when there was no answer. scheduled_at:
    monotonic seconds. latency_seconds: from there, not from when it could be sent. late_seconds:
    how late the sender itself was.
    """

    kind: str
    outcome: str
    reason: str
    status: int
    scheduled_at: float
    latency_seconds: float
    late_seconds: float

    @property
    def ended_at(self) -> float:
        """When the answer was there, or given up; monotonic seconds."""
        return self.scheduled_at + self.latency_seconds


@dataclass(frozen=True, slots=True)
class Summary:
    """Many requests of one kind. The latencies are 0 where there was none."""

    requests: int
    failed: int
    wrong: int
    refused: int
    p95_seconds: float
    slowest_seconds: float
    reasons: dict[str, int]


def summarise(samples: Iterable[Sample]) -> Summary:
    """Count what became of ``samples``; a request that failed has a latency as well."""
    samples = list(samples)
    outcomes = Counter(sample.outcome for sample in samples)
    latencies = sorted(sample.latency_seconds for sample in samples)
    return Summary(
        requests=len(samples),
        failed=outcomes[FAILED],
        wrong=outcomes[WRONG],
        refused=outcomes[REFUSED],
        p95_seconds=percentile(latencies, 0.95),
        slowest_seconds=latencies[-1] if latencies else 0.0,
        reasons=dict(Counter(sample.reason for sample in samples if sample.outcome != OK)),
    )


def percentile(ordered: Sequence[float], fraction: float) -> float:
    """Return the smallest of ``ordered`` that at least ``fraction`` of them do not exceed.

    The nearest rank: a value that was measured, never one between two. 0 when there is none.
    """
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(fraction * len(ordered)) - 1)]


def write_samples(path: Path, samples: Iterable[Sample]) -> None:
    """Write them, one a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(sample)) + "\n" for sample in samples)


def read_samples(path: Path) -> list[Sample]:
    """Read what ``write_samples`` wrote."""
    with path.open(encoding="utf-8") as file:
        return [Sample(**json.loads(line)) for line in file]
