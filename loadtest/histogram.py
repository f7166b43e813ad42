"""How long things took, in buckets that widen with the time: small, exact enough, and addable."""

import math
from collections.abc import Iterable, Mapping

# A bucket is this much wider than the one before: a percentile is told too high by 2.5 % at most.
GROWTH = 1.025
SMALLEST_MS = 0.05
_LOG_GROWTH = math.log(GROWTH)

# How many times lie in each bucket; keys are text, since they travel as JSON.
Buckets = dict[str, int]


def bucket_of(milliseconds: float) -> str:
    """Return the bucket of a time of 0 or more."""
    if milliseconds <= SMALLEST_MS:
        return "0"
    return str(math.ceil(math.log(milliseconds / SMALLEST_MS) / _LOG_GROWTH - 1e-9))


def upper_edge_ms(bucket: str) -> float:
    """Return the longest time that belongs to ``bucket``."""
    return float(SMALLEST_MS * GROWTH ** int(bucket))


def added(many: Iterable[Mapping[str, int]]) -> Buckets:
    """Return the sum of ``many`` histograms."""
    total: Buckets = {}
    for buckets in many:
        for bucket, count in buckets.items():
            total[bucket] = total.get(bucket, 0) + count
    return total


def percentile_ms(buckets: Mapping[str, int], share: float) -> float | None:
    """Return the time that ``share`` (0 to 1) of the requests did not exceed; None for none."""
    needed, seen = share * sum(buckets.values()), 0
    for bucket in sorted(buckets, key=int):
        seen += buckets[bucket]
        if seen >= needed:
            return upper_edge_ms(bucket)
    return None
