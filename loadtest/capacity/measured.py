"""One layout of a stack, and what it held."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loadtest.server_side import OTHERS

GENERATOR = "generator"
# Whatever comes within this of the best rate is as good: the search is no finer.
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

    per_second: the highest rate of arrivals that kept to every objective. cpu_us: CPU of a request
    at that rate in microseconds, by group of processes. p95_ms: at that rate. cores: in use by all.
    was_generator: whether the generator may have been the limit.
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
    highest = outcome["highest"]
    if highest is None:
        raise ValueError(f"{layout}: no rate was kept")
    probe = next(one for one in outcome["probes"] if one["rate"] == highest and one["kept"])
    record = json.loads(Path(probe["record"]).read_text(encoding="utf-8"))
    samples = list(record["server"]["cpu"].values())
    mean = {group: sum(one[group] for one in samples) / len(samples) for group in samples[0]}
    totals = record["summary"]["totals"]
    answered = (totals["answered"] + totals["refused"]) / record["seconds"]
    return Measured(
        layout,
        highest,
        {
            group: 1e6 * cores / answered
            for group, cores in mean.items()
            if group not in (GENERATOR, OTHERS)
        },
        totals["percentiles"][1] or 0.0,
        sum(mean.values()),
        mean.get(GENERATOR, 0.0),
        probe["generator_was_the_limit"],
    )


def knee(found: Sequence[Measured]) -> Measured:
    """Return the smallest layout that holds as much as the best, or nearly."""
    enough = AS_GOOD * max(one.per_second for one in found)
    holding = [one for one in found if one.per_second >= enough]
    return min(holding, key=lambda one: (one.layout.processes, -one.per_second))
