"""What more workers bring: the Universal Scalability Law, fitted to what was measured.

Source: N. J. Gunther, "A General Theory of Computational Scalability Based on Rational Functions",
arXiv:0808.1431 (2008), https://arxiv.org/abs/0808.1431, read 2026-11-21.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

Point = tuple[int, float]
"""So many workers, and the requests a second that they hold."""


@dataclass(frozen=True)
class ScalabilityLaw:
    """X(n) = one * n / (1 + contention * (n - 1) + coherency * n * (n - 1)).

    one: requests a second of one worker. contention: the share of the work that is done one after
    the other, such as on a CPU that all have to share. coherency: what each pair of workers costs.
    """

    one: float
    contention: float
    coherency: float

    def at(self, workers: float) -> float:
        """Return the requests a second that so many workers hold."""
        queued = self.contention * (workers - 1)
        agreed = self.coherency * workers * (workers - 1)
        return self.one * workers / (1 + queued + agreed)

    @property
    def most(self) -> float:
        """What any number of them approaches, or reaches at ``peak``; infinite where none does."""
        if self.peak is not None:
            return self.at(self.peak)
        return self.one / self.contention if self.contention else float("inf")

    @property
    def peak(self) -> int | None:
        """The number beyond which another one takes away; None where there is none."""
        if self.coherency <= 0:
            return None
        return max(1, round(sqrt((1 - min(self.contention, 1)) / self.coherency)))

    def error(self, points: Sequence[Point]) -> float:
        """Return the largest share by which it is off a point."""
        return max(abs(self.at(workers) / rate - 1) for workers, rate in points)


def fit(points: Sequence[Point]) -> ScalabilityLaw:
    """Return the law that is nearest to ``points``, by least squares of relative errors.

    n/X(n) is linear in 1/one, contention/one and coherency/one; none of them is below 0, so what
    would be is left out. Raises ValueError for fewer than two numbers of workers.
    """
    if len({workers for workers, _ in points}) < 2:
        raise ValueError("one number of workers says nothing of others")
    counts = np.array([workers for workers, _ in points], dtype=float)
    rates = np.array([rate for _, rate in points], dtype=float)
    columns = np.stack([np.ones_like(counts), counts - 1, counts * (counts - 1)])
    # Each row times X/n: what is off by a tenth weighs the same for few workers and for many.
    rows = (columns * (rates / counts)).T
    found: list[tuple[float, ScalabilityLaw]] = []
    for used in ([0, 1, 2], [0, 1], [0, 2], [0]):
        solved, *_ = np.linalg.lstsq(rows[:, used], np.ones_like(rates), rcond=None)
        values = np.zeros(3)
        values[used] = solved
        if values[0] > 0 and (values >= 0).all():
            one = 1 / float(values[0])
            law = ScalabilityLaw(one, float(values[1]) * one, float(values[2]) * one)
            found.append((float(np.sum((rows @ values - 1) ** 2)), law))
    return min(found, key=lambda pair: pair[0])[1]
