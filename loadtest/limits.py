"""Whether a limit admitted more than it promises: what docs/operations.md says of plans, measured.

Any interval of length T admits at most ceil(L * (1 + T / W)) of a limit of L in windows of W.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

# Of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10): "minute";q=120;w=60
WINDOW = re.compile(r'"([^"]+)";q=(\d+);w=(\d+)')
# Lengths of the intervals that are looked at, in windows; the whole run as well.
LENGTHS = (0.5, 1, 3)


def read_policy(header: str) -> dict[str, list[float]]:
    """Return the windows of a ``RateLimit-Policy`` by name: how many, in how many seconds."""
    return {name: [float(most), float(seconds)] for name, most, seconds in WINDOW.findall(header)}


def admitted_above(
    pairs: Sequence[Sequence[float]], policy: Mapping[str, Sequence[float]]
) -> str | None:
    """Return what was admitted above ``policy``, in words, None for nothing.

    pairs: when each admitted request was sent and answered. It was admitted in between, nobody
        out here knows when: only those that began and ended within an interval count for it.
    """
    ordered = sorted((sent, answered) for sent, answered in pairs)
    if not ordered:
        return None
    sent = [start for start, _ in ordered]
    whole = max(answered for _, answered in ordered) - sent[0]
    for name, (limit, window) in policy.items():
        lengths = {whole, *(length * window for length in LENGTHS if length * window < whole)}
        for length in sorted(lengths):
            most = math.ceil(limit * (1 + length / window))
            starts = [0] if length == whole else range(len(ordered))
            for first in starts:
                end = sent[first] + length
                last = bisect_right(sent, end)
                if last - first <= most:
                    continue
                admitted = sum(1 for _, answered in ordered[first:last] if answered <= end)
                if admitted > most:
                    return (
                        f"{admitted} admitted in {length:.1f} s, {limit:g} in {window:g} s"
                        f' ("{name}") admit {most} at most'
                    )
    return None
