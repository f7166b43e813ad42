"""The result of a run as text."""

from collections.abc import Mapping
from typing import Any

from loadtest.recorder import FAILED, REFUSED

TOLD_FAILURES = 10
# What others take beyond this is told: figures of a busy machine are those of a busy machine.
SHARED_CORES = 0.2


def render_text(record: Mapping[str, Any]) -> str:
    """Return a table of routes, what the run says of itself, and the verdict, last."""
    summary, totals = record["summary"], record["summary"]["totals"]
    routes = summary["routes"]
    width = max([len("all"), *map(len, routes)])
    names = ("answers", "failed", "refused", "p50 ms", "p95 ms", "p99 ms", "max ms")
    title = f"{'route':<{width}}" + "".join(f"{name:>9}" for name in names)
    rule = "-" * len(title)
    lines = [title, rule]
    lines += [_line(width, route, counted) for route, counted in routes.items()]
    lines += [rule, _line(width, "all", totals)]
    lines += ["", *(f"{label:<11}{fact}" for label, fact in facts_of(record).items())]
    told = [f"failed: {one['count']} x {one['what']}" for one in record["failures"]]
    if len(told) > TOLD_FAILURES:
        told[TOLD_FAILURES:] = [f"failed: and {len(told) - TOLD_FAILURES} kinds more"]
    lines += ["", *told] if told else []
    lines += ["", verdict_of(record), *(f"  missed: {missed}" for missed in summary["missed"])]
    return "\n".join(lines) + "\n"


def facts_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands beside the figures: a rate without its machine and workload is none."""
    summary, totals = record["summary"], record["summary"]["totals"]
    generator = summary["generator"]
    lag = [f"{late or 0:.0f}" for late in generator["lag_percentiles"]]
    cpu = ", ".join(
        f"{process} {share:.0%} ({generator['cpu_highest'][process]:.0%} at most)"
        for process, share in sorted(generator["cpu_mean"].items())
    )
    refused = ", ".join(f"{plan} {count}" for plan, count in record["refused_by_plan"].items())
    server, others = server_cpu(record), summary["others_cpu"]
    machine = record["machine"]
    return {
        "workload": f"{record['scenario']}, open arrivals, {record['peak']:g}/s at the peak and"
        f" abusers, {record['seconds']:g} s, seed {record['seed']},"
        f" {record['processes']} processes",
        **(
            {"stall": f"all replicas were stopped for {record['stall_seconds']:g} s, on purpose"}
            if record["stall_seconds"]
            else {}
        ),
        "target": f"{record['target']}, {record['began_at']}",
        "machine": f"{machine['CPUs']} CPUs, {machine['processor']}, {machine['memory']},"
        f" load before {machine['load before']}",
        "arrivals": f"{totals['arrivals']} sent, {totals['held_back']} held back by Retry-After,"
        f" {totals['not_sent']} not sent; best second {totals['highest_per_second']} answers",
        "refused": refused or "nobody",
        **({"server CPU": server} if server else {}),
        "generator": f"CPU {cpu}; sent late p50 {lag[0]}, p95 {lag[1]}, p99 {lag[2]} ms",
        **(
            {"shared": f"others on this machine took {others:.2f} of its CPUs meanwhile"}
            if others is not None and others > SHARED_CORES
            else {}
        ),
        "the limit": "was the generator: " + "; ".join(generator["reasons"])
        if generator["was_the_limit"]
        else "was not the generator",
    }


def server_cpu(record: Mapping[str, Any]) -> str:
    """Return the mean CPU of each group of processes, in cores; empty where it was not seen."""
    samples = record["server"]["cpu"].values()
    groups = sorted({group for sample in samples for group in sample})
    return ", ".join(
        f"{group} {sum(sample.get(group, 0) for sample in samples) / len(samples):.2f}"
        for group in groups
    )


def verdict_of(record: Mapping[str, Any]) -> str:
    """Return the outcome in a line."""
    summary = record["summary"]
    if summary["passed"]:
        return "PASSED: every objective was kept, every body was right."
    return f"FAILED: {len(summary['missed'])} missed, {len(record['failures'])} kinds of failure."


def _line(width: int, name: str, counted: Mapping[str, Any]) -> str:
    outcomes = counted["outcomes"]
    refused = outcomes.get(REFUSED, 0)
    answers = sum(outcomes.values()) - refused
    failed = sum(outcomes.get(outcome, 0) for outcome in FAILED)
    times = [*counted["percentiles"], counted["max_ms"]]
    return f"{name:<{width}}{answers:>9}{failed:>9}{refused:>9}" + "".join(
        f"{'-' if value is None else format(value, '.0f'):>9}" for value in times
    )
