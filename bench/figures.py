"""Numbers about numbers: what several rounds say together."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of some rounds, with the least and the most of them."""

    median: float
    least: float
    most: float

    @property
    def percent(self) -> float:
        """How far the farthest round is from the median, in percent of it; 0 of 0."""
        farthest = max(self.most - self.median, self.median - self.least)
        return 100 * farthest / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of one value at least."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio(ones: Sequence[float], others: Sequence[float]) -> Spread:
    """Return the spread of ``ones`` to ``others`` round by round, of as many rounds each.

    Two measured right after each other had the same machine; two medians may not have had.
    """
    return spread([one / other for one, other in zip(ones, others, strict=True)])
