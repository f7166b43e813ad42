"""The search for the rate at which every objective is only just kept.

Closed loop: what the last probe came to decides the rate of the next. Within a probe arrivals are
open as ever, so that a queue shows. Up and down by small steps about that rate, and the mean of
them: what spoils a probe, or makes the machine slower for some seconds, moves it by little.

Source: the up-and-down method, W. J. Dixon and A. M. Mood, "A Method for Obtaining and Analyzing
Sensitivity Data", Journal of the American Statistical Association 43 (1948), 109-126,
https://doi.org/10.1080/01621459.1948.10483254
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import geometric_mean
from typing import Any

STAIR = 1.08
COUNTED = 12  # From the first turn on: the stairs before it lead there.
MOST_STAIRS = 30
# Each is more until one is too much; no service is that much faster than was thought.
MOST_STRIDES = 12


@dataclass(frozen=True)
class Probe:
    """One rate, and whether every objective was kept at it."""

    rate: float
    kept: bool


def next_rate(probes: Sequence[Probe], start: float, stride: float = 2.0) -> float | None:
    """Return the rate to try after ``probes``, None when the search is over.

    start: the first rate. From there ``stride`` times as much until one was missed, or as little
    until one was kept; then ``STAIR`` times as much or as little after each.
    """
    if not probes:
        return start
    last, stairs = probes[-1], _stairs(probes)
    if stairs is None:
        if len(probes) == MOST_STRIDES:
            return None
        return last.rate * stride if last.kept else last.rate / stride
    if not stairs:
        return float((last.rate * probes[-2].rate) ** 0.5)
    if len(counted(probes)) == COUNTED or len(stairs) == MOST_STAIRS:
        return None
    return last.rate * STAIR if last.kept else last.rate / STAIR


def counted(probes: Sequence[Probe]) -> Sequence[Probe]:
    """Return the probes whose mean is what was looked for; empty before the stairs turned."""
    return _stairs(_stairs(probes) or ()) or ()


def rate_held(probes: Sequence[Probe]) -> float | None:
    """Return the geometric mean of the rates that count; None where nothing was found."""
    rates = [probe.rate for probe in counted(probes)]
    return geometric_mean(rates) if rates else None


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


def _stairs(probes: Sequence[Probe]) -> Sequence[Probe] | None:
    """What came after the first two of which one was kept and one missed; None without them."""
    for number, (one, other) in enumerate(pairwise(probes), start=2):
        if one.kept != other.kept:
            return probes[number:]
    return None
