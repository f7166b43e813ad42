"""What a run found: the table for the terminal, and an HTML file that needs no other file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The request type under which 429s are counted, apart from answers and from failures.
REFUSED = "429"
PERCENTILES = (0.5, 0.95, 0.99)
# Locust's page has its scripts and styles inside. Only for its icons does it send the browser to a
# path that exists on Locust's own web server and nowhere else.
LINK_TAG = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
TOLD_FAILURES = 10


@dataclass(frozen=True)
class Row:
    """One route's share of a run; times in milliseconds, of answers and failures alike."""

    route: str
    requests: int
    failures: int
    refused: int
    requests_per_second: float
    percentile_ms: tuple[float, ...]


def rows_of(stats: Any, percentiles: Sequence[float] = PERCENTILES) -> list[Row]:
    """Return a row a route and, last, the total of a Locust ``RequestStats``; refusals apart."""
    entries = [entry for entry in stats.entries.values() if entry.method != REFUSED]
    refused: dict[str, int] = {
        entry.name: entry.num_requests
        for entry in stats.entries.values()
        if entry.method == REFUSED
    }
    rows = [
        Row(
            f"{entry.method} {entry.name}",
            entry.num_requests,
            entry.num_failures,
            refused.pop(entry.name, 0),
            entry.total_rps,
            tuple(entry.get_response_time_percentile(share) for share in percentiles),
        )
        for entry in sorted(entries, key=lambda entry: (entry.name, entry.method))
    ]
    # A route that only ever refused has no entry of its own.
    nothing = (0.0,) * len(percentiles)
    rows += [Row(route, 0, 0, count, 0.0, nothing) for route, count in sorted(refused.items())]
    times: dict[int, int] = {}
    for entry in entries:
        for milliseconds, count in entry.response_times.items():
            times[milliseconds] = times.get(milliseconds, 0) + count
    total = Row(
        "Total",
        sum(row.requests for row in rows),
        sum(row.failures for row in rows),
        sum(row.refused for row in rows),
        sum(row.requests_per_second for row in rows),
        tuple(percentile(times, share) for share in percentiles),
    )
    return [*rows, total]


def percentile(times: Mapping[int, int], share: float) -> float:
    """Return the time that ``share`` (0 to 1) of the requests did not exceed; 0 for none at all.

    times: how many requests took so many milliseconds.
    """
    needed, seen = share * sum(times.values()), 0
    for milliseconds in sorted(times):
        seen += times[milliseconds]
        if seen >= needed:
            return float(milliseconds)
    return 0.0


def render(rows: Sequence[Row], facts: Mapping[str, object], failures: Sequence[str]) -> str:
    """Return the final table as text: ``facts`` of the run, a line a row, then the ``failures``.

    failures: one line a kind; only the first of very many are told.

    A rate without its machine, seed and workload says nothing: they are printed with it.
    """
    width = max(len(row.route) for row in rows)
    label_width = max(map(len, facts), default=0)
    head = [f"{label:<{label_width}}  {fact}" for label, fact in facts.items()]
    names = ("requests", "failed", "refused", "req/s", "p50 ms", "p95 ms", "p99 ms")
    title = f"{'route':<{width}}" + "".join(f"{name:>10}" for name in names)
    lines = [
        f"{row.route:<{width}}{row.requests:>10}{row.failures:>10}{row.refused:>10}"
        f"{row.requests_per_second:>10.1f}" + "".join(f"{t:>10.0f}" for t in row.percentile_ms)
        for row in rows
    ]
    rule = "-" * len(title)
    table = [title, rule, *lines[:-1], rule, lines[-1]]
    told = [f"failed: {failure}" for failure in failures[:TOLD_FAILURES]]
    if len(failures) > TOLD_FAILURES:
        told.append(f"failed: and {len(failures) - TOLD_FAILURES} kinds more, in the report")
    return "\n".join([*head, "", *table, *([""] if told else []), *told, ""])


def verdict(total: Row) -> int:
    """Return the exit status of a run: 0 when something was answered and nothing failed, else 1."""
    return 1 if total.failures or not total.requests else 0


def seal(page: Path) -> None:
    """Make the HTML ``page`` self-contained: drop the links in its head that load another file.

    What follows the first script tag is left as it is: inside a script, text that looks like a
    tag is a part of the program.
    """
    head, script, rest = page.read_text(encoding="utf-8").partition("<script")
    page.write_text(LINK_TAG.sub("", head) + script + rest, encoding="utf-8")
