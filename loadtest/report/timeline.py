"""A run over time, in few enough parts to be drawn: what the charts show."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from loadtest.histogram import added, percentile_ms
from loadtest.recorder import OUTCOMES
from loadtest.report.summary import routes_of

MOST_PARTS = 150
LATENCIES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class Series:
    """Values over time, one a part; None where there is none."""

    name: str
    values: list[float | None]


@dataclass(frozen=True)
class Timeline:
    """Parts of ``part_seconds`` each."""

    part_seconds: int
    rates: list[Series]
    latencies: list[Series]
    outcomes: list[Series]
    cpu: list[Series]
    lag: list[Series]


def timeline_of(record: Mapping[str, Any]) -> Timeline:
    """Return what a record shows over time."""
    slices = record["slices"]
    seconds = max([0, *map(int, slices)]) + 1
    slice_seconds = record["slice_seconds"]
    slices_each = ceil(seconds / slice_seconds / MOST_PARTS)
    width = slices_each * slice_seconds
    parts = [
        [slices[key] for key in map(str, range(start, start + width)) if key in slices]
        for start in range(0, seconds, width)
    ]
    routes = [routes_of(part) for part in parts]
    times = [added(counted["times"] for counted in one.values()) for one in routes]
    outcomes = [added(counted["outcomes"] for counted in one.values()) for one in routes]
    highest = [max((counted["max_ms"] for counted in one.values()), default=None) for one in routes]
    lags = [added(one["lag"] for one in part) for part in parts]
    wanted = record["wanted"]
    return Timeline(
        part_seconds=width,
        rates=[
            Series(
                "wanted",
                [
                    _mean(wanted[at : at + slices_each])
                    for at in range(0, len(parts) * slices_each, slices_each)
                ],
            ),
            Series("answered", [sum(one["done"] for one in part) / width for part in parts]),
        ],
        latencies=[
            *(
                Series(name, [percentile_ms(one, share) for one in times])
                for name, share in LATENCIES.items()
            ),
            Series("longest", highest),
        ],
        outcomes=[
            Series(outcome, [one.get(outcome, 0) / width for one in outcomes])
            for outcome in OUTCOMES
            if any(outcome in one for one in outcomes)
        ],
        cpu=_cpu(record, seconds, width),
        lag=[
            Series("p50", [percentile_ms(one, 0.5) for one in lags]),
            Series("p99", [percentile_ms(one, 0.99) for one in lags]),
        ],
    )


def _cpu(record: Mapping[str, Any], seconds: int, width: int) -> list[Series]:
    """Return the cores that each group of processes took, as far as they were seen."""
    samples = record["server"]["cpu"]
    if not samples:
        # Of a service elsewhere nothing is seen but the generator.
        samples = {second: one["cpu"] for second, one in record["slices"].items() if one["cpu"]}
    groups = sorted({group for sample in samples.values() for group in sample})
    return [
        Series(
            group,
            [
                _mean(
                    [
                        samples[key][group]
                        for key in map(str, range(start, start + width))
                        if group in samples.get(key, {})
                    ]
                )
                for start in range(0, seconds, width)
            ],
        )
        for group in groups
    ]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
