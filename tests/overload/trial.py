"""What was tried, what was seen, and what of a promise was not kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COLUMNS = ("asked", "ok", "refused", "wrong", "failed", "p95 before", "p95", "slowest")
NOT_MEASURED = "–"


@dataclass(frozen=True, slots=True)
class Trial:
    """figures: by the name of a column; seconds when it is no text."""

    name: str
    figures: Mapping[str, str | float] = field(default_factory=dict)
    broken: Sequence[str] = ()
    shown: Sequence[str] = ()
    skipped: str = ""


def table(trials: Sequence[Trial]) -> str:
    """The trials as a Markdown table that lines up in a terminal as well."""
    rows = [["trial", *COLUMNS, "kept"], *map(_row, trials)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def _row(trial: Trial) -> list[str]:
    kept = "skipped" if trial.skipped else "NO" if trial.broken else "yes"
    return [trial.name, *(_cell(trial.figures.get(column)) for column in COLUMNS), kept]


def _cell(figure: str | float | None) -> str:
    if isinstance(figure, float):
        return f"{figure * 1000:.1f} ms"
    return NOT_MEASURED if figure is None else figure
