"""Who comes when: a shape drawn out into single arrivals, the same for every run of one seed."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

from loadtest.shapes.shape import Shape, Stream


@dataclass(frozen=True, slots=True)
class Arrival:
    """One user who comes and asks, ``at_seconds`` after the start of the run.

    number: its place among all arrivals of the run.
    calendars: what it asks about; by popularity when empty.
    """

    number: int
    at_seconds: float
    kind: str
    calendars: tuple[str, ...]


def arrivals(shape: Shape, seed: int) -> Iterator[Arrival]:
    """Yield the arrivals of a run in order of time.

    Users do not know of each other, so they come as a Poisson process does, whose rate is that
    of the shape: a server that is slow keeps none of them from coming.
    """
    drawn = (_drawn(stream, seed) for stream in shape.streams)
    merged = heapq.merge(*drawn, key=lambda one: one[0])
    for number, (at_seconds, kind, calendars) in enumerate(merged):
        yield Arrival(number, at_seconds, kind, calendars)


def share_of(shape: Shape, seed: int, index: int, count: int) -> Iterator[Arrival]:
    """Yield the arrivals that process ``index`` (from 0) of ``count`` sends: every count-th one.

    Together the processes send each arrival once, whatever their number.
    """
    return (arrival for arrival in arrivals(shape, seed) if arrival.number % count == index)


def _drawn(stream: Stream, seed: int) -> Iterator[tuple[float, str, tuple[str, ...]]]:
    """Yield (seconds, kind, calendars) of one stream.

    Source: thinning, P. A. W. Lewis and G. S. Shedler, "Simulation of nonhomogeneous Poisson
    processes by thinning", Naval Research Logistics Quarterly 26 (1979).
    """
    chance = random.Random(f"{seed}:{stream.name}")
    kinds, weights = list(stream.mix), list(stream.mix.values())
    curve, peak = stream.curve, stream.curve.peak
    if not peak:
        return
    seconds, end = stream.curve.points[0][0], curve.end_seconds
    while (seconds := seconds + chance.expovariate(peak)) < end:
        if chance.random() * peak < curve.at(seconds):
            yield seconds, chance.choices(kinds, weights)[0], stream.calendars
