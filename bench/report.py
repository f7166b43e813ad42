"""What a run found: as text, as Markdown, and as a chart."""

from collections.abc import Iterable, Mapping, Sequence

from bench.figures import Spread, spread
from bench.rounds import Contestant, Group
from bench.targets import Promise

GROUP_COLUMNS = ("", "requests/s", "spread", "p50 ms", "p99 ms", "CPU µs a request")
PROMISE_COLUMNS = ("", "measured", "from … to", "promised", "")


def group_rows(group: Group) -> list[tuple[str, ...]]:
    """A row for each contestant; a note where the generator may have been what was measured."""
    return [_row(contestant) for contestant in group.contestants]


def _row(contestant: Contestant) -> tuple[str, ...]:
    rate = spread(contestant.per_second)
    note = " (generator at its limit)" if contestant.is_generator_at_its_limit else ""
    return (
        contestant.title + note,
        f"{rate.median:,.0f}",
        f"± {rate.percent:.0f} %",
        f"{spread(contestant.percentile('p50')).median:.1f}",
        f"{spread(contestant.percentile('p99')).median:.1f}",
        _cpu(contestant),
    )


def _cpu(contestant: Contestant) -> str:
    """All of it, and, where there are several groups of processes, each of them."""
    total = f"{spread(contestant.cpu).median:,.0f}"
    names = contestant.rounds[0].cpu_seconds
    if len(names) == 1:
        return total
    parts = [f"{name} {spread(contestant.cpu_of(name)).median:,.0f}" for name in names]
    return f"{total} ({', '.join(parts)})"


def promise_rows(promises: Iterable[Promise]) -> list[tuple[str, ...]]:
    """A row for each promise, and whether it is kept."""
    return [
        (
            promise.words,
            f"{number(promise.figure.median)}{promise.unit}",
            _range(promise.figure),
            promise.wanted_words,
            "yes" if promise.is_kept else "NO",
        )
        for promise in promises
    ]


def number(value: float) -> str:
    """Return three digits of it, about."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _range(figure: Spread) -> str:
    if figure.least == figure.most:
        return ""
    return f"{number(figure.least)} … {number(figure.most)}"


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """For a terminal: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (columns, *rows)
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """For a document."""
    rule = ["---", *["--:"] * (len(columns) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (columns, rule, *rows))


def report_text(
    groups: Mapping[str, Group], promises: Sequence[Promise], facts: Mapping[str, str]
) -> str:
    """The whole report for a terminal."""
    parts = [f"{name}: {value}" for name, value in facts.items()]
    for group in groups.values():
        parts += ["", group.title, "", text_table(GROUP_COLUMNS, group_rows(group))]
    if promises:
        parts += ["", text_table(PROMISE_COLUMNS, promise_rows(promises))]
    return "\n".join(parts)


def report_markdown(
    groups: Mapping[str, Group], promises: Sequence[Promise], facts: Mapping[str, str]
) -> str:
    """The tables of docs/performance.md."""
    parts = ["## What is promised", "", markdown_table(PROMISE_COLUMNS, promise_rows(promises))]
    for group in groups.values():
        parts += ["", f"## {group.title}", "", markdown_table(GROUP_COLUMNS, group_rows(group))]
    parts += ["", "## On what", "", *(f"- {name}: {value}" for name, value in facts.items())]
    return "\n".join(parts)
