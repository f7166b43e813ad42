"""The search for the highest rate that still keeps to every objective.

Closed loop: what the last probe came to decides the rate of the next. Within a probe arrivals are
open as ever, so that a queue shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A rate that was kept and one that was not, this close together, end the search.
PRECISION = 1.08
# Each is more until one is too much; no service is that much faster than was thought.
MOST_PROBES = 20
# Something else on the machine may spoil a probe: what was missed is tried again, twice.
MISSES = 3


@dataclass(frozen=True)
class Probe:
    """One rate, and whether every objective was kept at it."""

    rate: float
    kept: bool


def next_rate(probes: Sequence[Probe], start: float, step: float = 2.0) -> float | None:
    """Return the rate to try after ``probes``, None when the search is over.

    start: the first rate. From there ``step`` times as much until one was missed (or as little
    until one was kept), then the geometric mean of the highest kept and the lowest missed.
    """
    if len(probes) >= MOST_PROBES:
        return None
    if not probes:
        return start
    if not probes[-1].kept and _misses(probes, probes[-1].rate) < MISSES:
        return probes[-1].rate
    low, high = highest_kept(probes), _lowest_missed(probes)
    if low is None:
        return min(probe.rate for probe in probes) / step
    if high is None:
        return low * step
    return None if high / low <= PRECISION else float((low * high) ** 0.5)


def highest_kept(probes: Sequence[Probe]) -> float | None:
    """Return the highest rate at which every objective was kept; None when there is none."""
    return max((probe.rate for probe in probes if probe.kept), default=None)


def told_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a probe, from the summary of its record."""
    return {
        "kept": summary["passed"],
        "missed": summary["missed"],
        "percentiles": summary["totals"]["percentiles"],
        "generator_was_the_limit": summary["generator"]["was_the_limit"],
        "others_cpu": summary["others_cpu"],
    }


def probe_line(told: Mapping[str, Any]) -> str:
    """Return a probe in a line."""
    p50, p95, p99 = (value or 0.0 for value in told["percentiles"])
    generator = ", the generator was the limit" if told["generator_was_the_limit"] else ""
    outcome = "kept" if told["kept"] else f"missed: {'; '.join(told['missed'][:2])}"
    times = f"p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms"
    return f"{told['rate']:7.0f}/s  {times}  {outcome}{generator}"


def _lowest_missed(probes: Sequence[Probe]) -> float | None:
    """Return the lowest rate above the highest kept that was missed as often as it takes."""
    kept = highest_kept(probes) or 0.0
    missed = {probe.rate for probe in probes if probe.rate > kept}
    return min((rate for rate in missed if _misses(probes, rate) >= MISSES), default=None)


def _misses(probes: Sequence[Probe], rate: float) -> int:
    return sum(1 for probe in probes if probe.rate == rate and not probe.kept)
