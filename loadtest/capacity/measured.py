"""One layout of a stack, and what it held."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from loadtest.server_side import OTHERS

GENERATOR = "generator"
# Whatever comes within this of the best rate is as good: the machine is no steadier.
AS_GOOD = 0.9


@dataclass(frozen=True, order=True)
class Layout:
    """So many replicas with so many workers each."""

    replicas: int
    workers: int

    @property
    def processes(self) -> int:
        """How many workers there are in all."""
        return self.replicas * self.workers

    def __str__(self) -> str:
        return f"{self.replicas}x{self.workers}"


@dataclass(frozen=True)
class Measured:
    """What a layout held.

    per_second: the rate of arrivals at which every objective was only just kept. cpu_us: CPU of a
    request about that rate in microseconds, by group of processes. p95_ms: there. cores: in use by
    all. was_generator: whether the generator may have been the limit.
    """

    layout: Layout
    per_second: float
    cpu_us: Mapping[str, float]
    p95_ms: float
    cores: float
    generator_cores: float
    was_generator: bool

    @property
    def served_us(self) -> float:
        """CPU of a request in all processes of the stack, in microseconds."""
        return sum(self.cpu_us.values())

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Measured":
        """Return what ``to_json`` told."""
        return cls(**{**told, "layout": Layout(**told["layout"])})


def measured(layout: Layout, outcome: Mapping[str, Any]) -> Measured:
    """Return what a search came to. Raises ValueError when no rate kept to every objective."""
    if outcome["held"] is None:
        raise ValueError(f"{layout}: no rate was kept")
    probes = outcome["counted"]
    records = [json.loads(Path(probe["record"]).read_text(encoding="utf-8")) for probe in probes]
    samples = [one for record in records for one in record["server"]["cpu"].values()]
    mean = {group: fmean(one[group] for one in samples) for group in samples[0]}
    totals = [record["summary"]["totals"] for record in records]
    answered = sum(one["answered"] + one["refused"] for one in totals)
    per_second = answered / sum(record["seconds"] for record in records)
    return Measured(
        layout,
        outcome["held"],
        {
            group: 1e6 * cores / per_second
            for group, cores in mean.items()
            if group not in (GENERATOR, OTHERS)
        },
        median(one["percentiles"][1] or 0.0 for one in totals),
        sum(mean.values()),
        mean.get(GENERATOR, 0.0),
        sum(probe["generator_was_the_limit"] for probe in probes) > len(probes) / 2,
    )


def knee(found: Sequence[Measured]) -> Measured:
    """Return the smallest layout that holds as much as the best, or nearly."""
    enough = AS_GOOD * max(one.per_second for one in found)
    holding = [one for one in found if one.per_second >= enough]
    return min(holding, key=lambda one: (one.layout.processes, -one.per_second))
