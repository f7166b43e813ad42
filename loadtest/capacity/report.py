"""What was found, in words and in a table."""

from collections.abc import Mapping, Sequence

from loadtest.capacity.measured import Layout, Measured, knee
from loadtest.capacity.scaling import ScalabilityLaw

COLUMNS = (
    *("replicas x workers", "requests/s", "p95 ms", "CPU µs a request", "of these: replicas"),
    *("nginx", "Valkey", "CPUs busy", "of these: the generator"),
)


def rows(found: Sequence[Measured]) -> list[tuple[str, ...]]:
    """A row for each layout."""
    return [
        (
            str(one.layout),
            f"{one.per_second:,.0f}" + (" (the generator's limit)" if one.was_generator else ""),
            f"{one.p95_ms:.0f}",
            f"{one.served_us:,.0f}",
            *(f"{one.cpu_us.get(group, 0):,.0f}" for group in ("replicas", "nginx", "valkey")),
            f"{one.cores:.2f}",
            f"{one.generator_cores:.2f}",
        )
        for one in found
    ]


def sentences(
    found: Sequence[Measured], law: ScalabilityLaw, cpus: int, before: Mapping[Layout, Measured]
) -> list[str]:
    """What the figures say. before: what the run before this one found, by layout."""
    best = knee(found)
    count = best.layout.processes
    most = max(one.cores for one in found)
    told = [
        f"The knee is {best.layout}: {best.per_second:,.0f} requests a second that keep to every"
        " objective. More workers hold hardly more here.",
        f"Universal Scalability Law: one worker {law.one:,.0f}/s, contention {law.contention:.2f},"
        f" coherency {law.coherency:.4f}; off by {law.error(_points(found)):.0%} at most."
        f" {_end(law)}",
        f"One worker more than at the knee: {law.at(count + 1) / law.at(count) - 1:+.0%} on this"
        f" machine, whose {cpus} CPUs were {most / cpus:.0%} busy, the generator's share included.",
        f"One machine more, of {cpus} CPUs that serve alone, at 70 %:"
        f" {0.7 * cpus * 1e6 / best.served_us:+,.0f} requests a second"
        f" ({best.served_us:,.0f} µs of CPU each).",
    ]
    told += [_compared(one, before[one.layout]) for one in found if one.layout in before]
    return told


def _compared(one: Measured, before: Measured) -> str:
    """What a request costs tells how fast the CPUs were: a virtual machine's neighbours vary."""
    rate = one.per_second / before.per_second
    cost = one.served_us / before.served_us
    return (
        f"{one.layout}: {rate - 1:+.0%} to the run before, with {cost - 1:+.0%} CPU for a request:"
        f" {rate * cost - 1:+.0%} at the same speed of the CPUs."
    )


def _points(found: Sequence[Measured]) -> list[tuple[int, float]]:
    return [(one.layout.processes, one.per_second) for one in found]


def _end(law: ScalabilityLaw) -> str:
    if law.peak is not None:
        return f"It has its most at {law.peak} workers: {law.most:,.0f}/s."
    return f"Any number holds less than {law.most:,.0f}/s."
