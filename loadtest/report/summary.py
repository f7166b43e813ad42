"""A record boiled down: sums, verdicts, and whether the generator can be believed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loadtest.histogram import added, percentile_ms
from loadtest.limits import admitted_above
from loadtest.recorder import FAILED, REFUSED, Recorder
from loadtest.server_side import OTHERS
from loadtest.shapes.shape import Shape
from loadtest.slo import Objective, judge

# A process of the generator that is busier than this has no time to send when it should.
BUSY_SHARE = 0.85
# Sending later than this is the generator's own queue. Times are right all the same, since they
# count from when a request was due; but they are partly its own.
LATE_MS = 50.0
# Whoever comes at the very beginning of a stall waits for all of it, or for nearly all.
STALL_SEEN = 0.95
# So many seconds lie behind a line of progress.
PROGRESS_WINDOW_SECONDS = 5
PERCENTILES = (0.5, 0.95, 0.99)


def summarize(record: Mapping[str, Any], objectives: Sequence[Objective]) -> dict[str, Any]:
    """Return the sums of a run, what it missed, and whether it passed."""
    slices = record["slices"]
    routes = routes_of(slices.values())
    verdicts = judge(routes, objectives)
    missed = [
        f"{one.group}: {one.what} {_told(one.measured)}, at most {one.limit:g}"
        for one in verdicts
        if not one.kept
    ]
    totals = _totals(slices.values(), routes)
    totals["highest_per_second"] = round(
        max((one["done"] for one in slices.values()), default=0) / record["slice_seconds"]
    )
    if totals["outcomes"].get("wrong"):
        missed.append(f"{totals['outcomes']['wrong']} wrong bodies, at most 0")
    if totals["not_sent"]:
        missed.append(f"{totals['not_sent']} arrivals not sent: too many were in flight")
    if totals["unanswered"]:
        missed.append(f"{totals['unanswered']} requests were still open at the end")
    for whose, pairs in record["admitted"].items():
        if above := admitted_above(pairs, record["policies"][whose]):
            missed.append(f"limit of {whose}: {above}")
    missed += [failure["what"] for failure in record["failures"] if "load test" in failure["what"]]
    stall_ms = 1000 * record["stall_seconds"]
    if totals["max_ms"] < STALL_SEEN * stall_ms:
        missed.append(f"all replicas stood still for {stall_ms:.0f} ms, and nobody waited for it")
    if not totals["answered"]:
        missed.append("nothing was answered")
    generator = _generator(slices)
    return {
        "passed": not missed and not record["failures"],
        "missed": missed,
        "verdicts": [
            {
                "group": one.group,
                "what": one.what,
                "limit": one.limit,
                "measured": one.measured,
                "kept": one.kept,
            }
            for one in verdicts
        ],
        "objectives": {one.group: one.why for one in objectives},
        "totals": totals,
        "routes": {
            route: {"percentiles": _percentiles(counted), **counted}
            for route, counted in sorted(routes.items())
        },
        "phases": [
            {"name": name, "start": start, "end": end} | _totals(*_within(slices, start, end))
            for name, start, end in record["phases"]
        ],
        "generator": generator,
        "others_cpu": _others_cpu(record["server"]["cpu"]),
    }


def routes_of(slices: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what was counted of each route in all ``slices``."""
    routes: dict[str, dict[str, Any]] = {}
    for one in slices:
        for route, counted in one["routes"].items():
            sums = routes.setdefault(
                route, {"outcomes": {}, "times": {}, "max_ms": 0.0, "bytes": 0}
            )
            sums["outcomes"] = added((sums["outcomes"], counted["outcomes"]))
            sums["times"] = added((sums["times"], counted["times"]))
            sums["max_ms"] = max(sums["max_ms"], counted["max_ms"])
            sums["bytes"] += counted["bytes"]
    return routes


def progress_line(shape: Shape, recorder: Recorder, second: float, slice_seconds: int = 1) -> str:
    """Return one line about the last seconds before ``second``."""
    end = int(second // slice_seconds) * slice_seconds
    start = max(0, end - max(PROGRESS_WINDOW_SECONDS, slice_seconds))
    last = [recorder.slices[key] for key in map(str, range(start, end)) if key in recorder.slices]
    routes = routes_of(last)
    times = added(counted["times"] for counted in routes.values())
    outcomes = added(counted["outcomes"] for counted in routes.values())
    phase = next(
        (
            phase.name
            for phase in shape.phases
            if phase.start_seconds <= second - 1 < phase.end_seconds
        ),
        "",
    )
    spread = max(1, end - start)
    p50, p95, p99 = (percentile_ms(times, share) or 0.0 for share in PERCENTILES)
    return (
        f"{second:5.0f} s of {shape.seconds:.0f}  {phase:<15}"
        f" {sum(one['done'] for one in last) / spread:6.0f}/s answered"
        f"  p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms"
        f"  refused {outcomes.get(REFUSED, 0)}"
        f"  failed {sum(outcomes.get(outcome, 0) for outcome in FAILED)}"
    )


def _within(
    slices: Mapping[str, Mapping[str, Any]], start: float, end: float
) -> tuple[list[Mapping[str, Any]], dict[str, dict[str, Any]]]:
    """Return the slices that begin from ``start`` (in) to ``end`` (out), and their sums."""
    inside = [one for second, one in slices.items() if start <= int(second) < end]
    return inside, routes_of(inside)


def _totals(
    slices: Iterable[Mapping[str, Any]], routes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    many = list(slices)
    outcomes = added(counted["outcomes"] for counted in routes.values())
    times = added(counted["times"] for counted in routes.values())
    max_ms = max((counted["max_ms"] for counted in routes.values()), default=0.0)
    refused = outcomes.get(REFUSED, 0)
    return {
        "arrivals": sum(one["sent"] for one in many),
        "not_sent": sum(one["not_sent"] for one in many),
        "unanswered": sum(one["unanswered"] for one in many),
        "held_back": sum(one["held_back"] for one in many),
        "answered": sum(outcomes.values()) - refused,
        "refused": refused,
        "failed": sum(outcomes.get(outcome, 0) for outcome in FAILED),
        "outcomes": outcomes,
        "percentiles": _percentiles({"times": times, "max_ms": max_ms}),
        "max_ms": max_ms,
        "bytes": sum(counted["bytes"] for counted in routes.values()),
    }


def _generator(slices: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return how late the generator sent and how busy it was, and whether it was the limit."""
    lag = added(one["lag"] for one in slices.values())
    cpu: dict[str, list[float]] = {}
    for one in slices.values():
        for process, share in one["cpu"].items():
            cpu.setdefault(process, []).append(share)
    lag_p99 = percentile_ms(lag, 0.99) or 0.0
    busiest = {process: max(shares) for process, shares in cpu.items()}
    reasons = [
        f"{process} took {share:.0%} of a CPU in its busiest second"
        for process, share in sorted(busiest.items())
        if share > BUSY_SHARE
    ]
    if lag_p99 > LATE_MS:
        reasons.append(f"one request in a hundred was sent {lag_p99:.0f} ms late or later")
    return {
        "lag_percentiles": [percentile_ms(lag, share) for share in PERCENTILES],
        "cpu_mean": {process: sum(shares) / len(shares) for process, shares in cpu.items()},
        "cpu_highest": busiest,
        "in_flight": max((one["in_flight"] for one in slices.values()), default=0),
        "was_the_limit": bool(reasons),
        "reasons": reasons,
    }


def _others_cpu(samples: Mapping[str, Mapping[str, float]]) -> float | None:
    """Return the cores that processes of neither side took, on average; None when unknown."""
    others = [sample[OTHERS] for sample in samples.values() if OTHERS in sample]
    return sum(others) / len(others) if others else None


def _percentiles(counted: Mapping[str, Any]) -> list[float | None]:
    """Return the percentiles of a route. The upper edge of a bucket may lie above the longest."""
    edges = (percentile_ms(counted["times"], share) for share in PERCENTILES)
    return [None if edge is None else min(edge, counted["max_ms"]) for edge in edges]


def _told(measured: float | None) -> str:
    return "nothing" if measured is None else f"{measured:.4g}"
