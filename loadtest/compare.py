"""Two runs, or two sets of runs, side by side: what is different, and whether it is noise.

`python -m loadtest.compare a.json b.json`, each of them one record or several with commas between
them. A difference is told to be real when the interval in which 99 of 100 resampled differences lie
leaves out zero. Resampled are blocks of five seconds, drawn with replacement within each phase of
each run: seconds that follow each other are alike, so single ones would make the interval too
narrow, and phases are unlike by intent. Where a side has several runs, runs are drawn as well;
what differs between runs of the same thing, such as a busy machine, shows only then.

Source: H. R. Kuensch, "The jackknife and the bootstrap for general stationary observations", Annals
of Statistics 17 (1989), on blocks; A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their
Application" (1997), section 3.8, on drawing runs and then what is in them.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadtest.histogram import upper_edge_ms
from loadtest.recorder import FAILED, REFUSED
from loadtest.slo import FILE, read_objectives

BLOCK_SECONDS = 5
RESAMPLES = 1_000
CONFIDENCE = 0.99
PERCENTILES = {"p50 ms": 0.5, "p95 ms": 0.95, "p99 ms": 0.99}
# What has to be the same, or one compares two questions.
SAME = ("scenario", "peak", "seconds")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """One figure of both sides. ``low`` and ``high`` bound the difference ``b - a``."""

    group: str
    what: str
    a: float
    b: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        """Whether no difference at all is among those that could be."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Run:
    """One run as a matrix: a row a slice. ``phases`` holds the rows of each phase."""

    histograms: Numbers  # how many requests took so many milliseconds
    counts: Numbers  # answered, failed
    phases: list[list[int]]
    slice_seconds: int


def main(arguments: Sequence[str]) -> int:
    """Print the differences. Returns 0, or 2 when the records cannot be compared."""
    try:
        if len(arguments) != 2 or not all(arguments):
            raise ValueError("name two: make load-compare A=one.json B=other.json")
        a, b = ([_read(Path(name)) for name in side.split(",")] for side in arguments)
        sys.stdout.write(render(compare(a, b), len(a), len(b)))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"make load-compare: {error}\n")
        return 2
    return 0


def compare(
    a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]], seed: int = 1
) -> list[Difference]:
    """Return the differences of all routes together and of each group of routes that was asked.

    a, b: records of one side each, 1 or more. Raises ValueError when they are of different runs.
    """
    for one in (*a, *b):
        for name in SAME:
            if one[name] != a[0][name]:
                raise ValueError(f"{name} is {a[0][name]} in one, {one[name]} in another")
    groups = {"all": None} | {
        objective.group: set(objective.routes)
        for objective in read_objectives(FILE, str(a[0]["scenario"]))
    }
    chance = np.random.default_rng(seed)
    return [
        difference
        for group, routes in groups.items()
        for difference in _differences(group, a, b, routes, chance)
    ]


def render(differences: Sequence[Difference], runs_a: int, runs_b: int) -> str:
    """Return a table of ``differences`` as text, and how it was made."""
    head = f"{'group':<10}{'':<10}{'A':>10}{'B':>10}{'B - A':>10}{'99 % of the differences':>28}\n"
    lines = [
        f"{one.group:<10}{one.what:<10}{one.a:>10.4g}{one.b:>10.4g}{one.b - one.a:>+10.3g}"
        f"{f'{one.low:+.3g} to {one.high:+.3g}':>28}  {'noise' if one.is_noise else 'DIFFERENT'}\n"
        for one in differences
    ]
    single = (
        " One run a side tells nothing of how much runs differ among themselves: give several,"
        " A=1.json,2.json."
        if 1 in (runs_a, runs_b)
        else ""
    )
    return (
        head
        + "-" * (len(head) - 1)
        + "\n"
        + "".join(lines)
        + f"{runs_a} and {runs_b} runs; {RESAMPLES} resamples of blocks of {BLOCK_SECONDS} s within"
        f" phases.{single}\n"
    )


def _differences(
    group: str,
    a: Sequence[Mapping[str, Any]],
    b: Sequence[Mapping[str, Any]],
    routes: set[str] | None,
    chance: np.random.Generator,
) -> Iterator[Difference]:
    sides = [[_run(record, routes) for record in side] for side in (a, b)]
    if not all(sum(run.histograms.sum() for run in side) for side in sides):
        return
    seconds = float(a[0]["seconds"])
    width = max(run.histograms.shape[1] for side in sides for run in side)
    edges = np.array([upper_edge_ms(str(bucket)) for bucket in range(width)])
    measured = [
        _figures([(run, np.ones(len(run.histograms))) for run in side], edges, seconds)
        for side in sides
    ]
    resampled = np.array(
        [
            _figures(_drawn(sides[1], chance), edges, seconds)
            - _figures(_drawn(sides[0], chance), edges, seconds)
            for _ in range(RESAMPLES)
        ]
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    for at, what in enumerate((*PERCENTILES, "answers/s", "failed/s")):
        yield Difference(group, what, *(float(x[at]) for x in (*measured, low, high)))


def _drawn(side: Sequence[Run], chance: np.random.Generator) -> list[tuple[Run, Numbers]]:
    """Return as many runs as ``side`` has, drawn from it, with how often each second counts."""
    drawn = []
    for number in chance.integers(len(side), size=len(side)):
        run = side[int(number)]
        weights = np.zeros(len(run.histograms))
        for rows in run.phases:
            # Around the end of a phase to its beginning, so that each second is as likely; and
            # shorter in a short one, which must not always be drawn whole.
            length = max(1, min(-(-BLOCK_SECONDS // run.slice_seconds), len(rows) // 4))
            for start in chance.integers(len(rows), size=-(-len(rows) // length)):
                for row in range(int(start), int(start) + length):
                    weights[rows[row % len(rows)]] += 1
        drawn.append((run, weights))
    return drawn


def _figures(weighted: Sequence[tuple[Run, Numbers]], edges: Numbers, seconds: float) -> Numbers:
    """Return the percentiles, and what was answered and failed a second."""
    histogram = np.zeros(len(edges))
    counts, share = np.zeros(2), 0.0
    for run, weights in weighted:
        row = weights @ run.histograms
        histogram[: len(row)] += row
        counts += weights @ run.counts
        share += float(weights.sum()) / len(weights)
    # Between the edges of a bucket in proportion: else a percentile jumps by a whole bucket.
    below = np.concatenate(([0.0], histogram.cumsum()))
    wanted = np.array(list(PERCENTILES.values())) * below[-1]
    percentiles = np.interp(wanted, below, np.concatenate(([0.0], edges)))
    return np.array([*percentiles, *(counts / (seconds * share))])


def _run(record: Mapping[str, Any], routes: set[str] | None) -> Run:
    """Return what a record says of ``routes``, or of all of them."""
    width = int(record["slice_seconds"])
    starts = range(0, int(record["seconds"]), width)
    rows: list[dict[int, int]] = []
    counts = np.zeros((len(starts), 2))
    for at, second in enumerate(starts):
        row: dict[int, int] = {}
        one = record["slices"].get(str(second), {"routes": {}})
        for route, counted in one["routes"].items():
            if routes is None or route in routes:
                for bucket, count in counted["times"].items():
                    row[int(bucket)] = row.get(int(bucket), 0) + count
                for outcome, count in counted["outcomes"].items():
                    counts[at] += (
                        count * (outcome != REFUSED),
                        count * (outcome in FAILED),
                    )
        rows.append(row)
    buckets = 1 + max((max(row, default=0) for row in rows), default=0)
    histograms = np.zeros((len(rows), buckets))
    for at, row in enumerate(rows):
        for bucket, count in row.items():
            histograms[at, bucket] = count
    phases = [
        [at for at, second in enumerate(starts) if start <= second < end]
        for _, start, end in record["phases"]
    ]
    return Run(histograms, counts, [rows_ for rows_ in phases if rows_], width)


def _read(path: Path) -> dict[str, Any]:
    """Return the record in ``path``. Raises ValueError when it is none."""
    record = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(record, dict) or record.get("format") != 1:
        raise ValueError(f"{path} is no record of a load test")
    return record


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
