"""A rate over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Curve:
    """Arrivals per second: straight lines between ``points`` of (seconds, rate); 0 outside them.

    Two points at one time are a jump. Times do not fall, rates are 0 or more.
    """

    points: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, *points: tuple[float, float]) -> "Curve":
        """Return the curve through ``points``. Raises ValueError when there is none."""
        if any(later < sooner for (sooner, _), (later, _) in pairwise(points)):
            raise ValueError("the times of a curve fall")
        if any(rate < 0 for _, rate in points):
            raise ValueError("a rate is negative")
        return cls(points)

    @property
    def peak(self) -> float:
        """The highest rate; 0 of an empty curve."""
        return max((rate for _, rate in self.points), default=0.0)

    @property
    def end_seconds(self) -> float:
        """When the last arrival may come."""
        return self.points[-1][0] if self.points else 0.0

    def at(self, seconds: float) -> float:
        """Return the rate at a time; at a jump that after it."""
        for (start, before), (end, after) in pairwise(self.points):
            if start <= seconds < end:
                return before + (after - before) * (seconds - start) / (end - start)
        return 0.0

    def total(self) -> float:
        """Return how many arrivals are to be expected in all."""
        return sum(
            (before + after) / 2 * (end - start)
            for (start, before), (end, after) in pairwise(self.points)
        )

    def scaled(self, factor: float) -> "Curve":
        """Return the same curve with every rate times ``factor``."""
        return Curve(tuple((seconds, rate * factor) for seconds, rate in self.points))


def flat(seconds: float, rate: float) -> Curve:
    """Return one rate from 0 to ``seconds``."""
    return Curve.of((0, rate), (seconds, rate))


def highest_sum(curves: Iterable[Curve]) -> float:
    """Return the highest rate of all ``curves`` together, which is at a point of one of them."""
    together = list(curves)
    times = {seconds for curve in together for seconds, _ in curve.points}
    # A jump has two rates at one time; just before it the earlier one holds.
    moments = [moment for seconds in times for moment in (seconds, seconds - 1e-6)]
    return max((sum(curve.at(moment) for curve in together) for moment in moments), default=0.0)
