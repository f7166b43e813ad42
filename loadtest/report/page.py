"""The result of a run as one HTML file that needs no other: no script, nothing fetched."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from loadtest.recorder import FAILED, REFUSED
from loadtest.report.charts import line_chart, stacked_chart
from loadtest.report.terminal import facts_of, verdict_of
from loadtest.report.timeline import timeline_of

STYLE = Path(__file__).with_name("page.css")


def render_page(record: Mapping[str, Any]) -> str:
    """Return the page of a record."""
    summary = record["summary"]
    title = f"Fasti under load: {record['scenario']}"
    failed = "" if summary["passed"] else " failed"
    missed = "".join(f"<li>{escape(what)}</li>" for what in summary["missed"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        # Else a browser asks for /favicon.ico.
        '<link rel="icon" href="data:,">'
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f"<h1>{escape(title)}</h1>"
        f'<p class="faint">{escape("; ".join([record["began_at"], *record["notes"]]))}</p>'
        f'<p class="verdict{failed}">{escape(verdict_of(record))}</p>'
        f"{f'<ul>{missed}</ul>' if missed else ''}"
        f"{_facts(record)}{_charts(record)}{_objectives(summary)}{_phases(summary)}"
        f"{_routes(summary)}{_server(record)}{_failures(record)}"
        "</body></html>\n"
    )


def _facts(record: Mapping[str, Any]) -> str:
    facts = {
        **facts_of(record),
        **record["facts"],
        "versions": ", ".join(f"{name} {number}" for name, number in record["versions"].items()),
    }
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(str(fact))}</dd>" for label, fact in facts.items()
    )
    return f"<h2>The run</h2><dl>{rows}</dl>"


def _charts(record: Mapping[str, Any]) -> str:
    """Return everything that is seen over time."""
    over_time = timeline_of(record)
    phases, part = record["phases"], over_time.part_seconds
    return (
        "<h2>Over time</h2>"
        '<p class="faint">Times count from when a request was due, and stand at that second.</p>'
        + line_chart("Arrivals wanted, answers given", "a second", over_time.rates, part, phases)
        + line_chart(
            "How long users waited", "ms", over_time.latencies, part, phases, logarithmic=True
        )
        + stacked_chart("What became of them", "a second", over_time.outcomes, part, phases)
        + line_chart("CPU", "cores", over_time.cpu, part, phases)
        + line_chart(
            "How late the generator sent", "ms", over_time.lag, part, phases, logarithmic=True
        )
    )


def _objectives(summary: Mapping[str, Any]) -> str:
    """Return a row a group: what was measured, of what it may be at most."""
    rows: dict[str, list[str]] = {}
    for one in summary["verdicts"]:
        kind = "good" if one["kept"] else "bad"
        told = f"{_number(one['measured'])} <span class=faint>of {one['limit']:g}</span>"
        row = rows.setdefault(one["group"], [escape(one["group"])])
        row.append(f'<span class="{kind}">{"" if one["kept"] else "missed: "}{told}</span>')
    for group, row in rows.items():
        row.append(escape(summary["objectives"][group]))
    head = ["group", "p95 ms", "p99 ms", "errors", "why"]
    return f"<h2>Objectives</h2>{_table(head, rows.values(), text={4})}"


def _phases(summary: Mapping[str, Any]) -> str:
    rows = [
        [escape(one["name"]), f"{one['start']:.0f}-{one['end']:.0f} s", *_counts(one)]
        for one in summary["phases"]
    ]
    return f"<h2>Phases</h2>{_table(['phase', 'when', *COUNTS], rows)}"


def _routes(summary: Mapping[str, Any]) -> str:
    rows = [[escape(route), *_counts(counted)] for route, counted in summary["routes"].items()]
    rows.append(["<b>all</b>", *_counts(summary["totals"])])
    return f"<h2>Routes</h2>{_table(['route', *COUNTS], rows)}"


def _server(record: Mapping[str, Any]) -> str:
    """Return what the service counted itself: hits by tier, round trips, refusals."""
    rows = [
        [escape(counter), escape(label or "-"), f"{count:.0f}", f"{count / total:.1%}"]
        for counter, labels in sorted(record["server"]["counters"].items())
        if (total := sum(labels.values()))
        for label, count in sorted(labels.items(), key=lambda item: -item[1])
        if count
    ]
    refused = [
        ["refused, by plan", escape(plan), str(count), ""]
        for plan, count in sorted(record["refused_by_plan"].items())
    ]
    if not rows and not refused:
        return ""
    note = (
        ""
        if rows
        else '<p class="faint">Its /metrics could not be reached: METRICS= names them.</p>'
    )
    return f"<h2>The service</h2>{note}{_table(['counter', 'of', 'count', ''], rows + refused)}"


def _failures(record: Mapping[str, Any]) -> str:
    if not record["failures"]:
        return ""
    rows = [[escape(one["what"]), str(one["count"])] for one in record["failures"]]
    return f"<h2>Failures</h2>{_table(['what', 'times'], rows, text={0})}"


COUNTS = ("answers", "failed", "refused", "p50 ms", "p95 ms", "p99 ms", "max ms")


def _counts(counted: Mapping[str, Any]) -> list[str]:
    outcomes = counted["outcomes"]
    refused = outcomes.get(REFUSED, 0)
    failed = sum(outcomes.get(outcome, 0) for outcome in FAILED)
    return [
        str(sum(outcomes.values()) - refused),
        f'<span class="bad">{failed}</span>' if failed else "0",
        str(refused),
        *(_number(value) for value in [*counted["percentiles"], counted["max_ms"]]),
    ]


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{float(f'{value:.{digits}g}'):g}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], text: set[int] | None = None) -> str:
    """Return a table; cells hold HTML. text: the columns that hold sentences."""
    sentences = text or set()

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=text' if at in sentences else ''}>{value}</{tag}>"
            for at, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        f'<div class="scroll"><table><thead><tr>{cells("th", head)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
