"""The documents that hold figures: what stands between their markers is written by a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.chart import bar_chart
from bench.figures import spread
from bench.processes import CHECKOUT
from bench.report import PROMISE_COLUMNS, markdown_table, promise_rows, report_markdown
from bench.rounds import Group
from bench.targets import Promise

BEGIN = "<!-- figures: written by make {command} ARGS=--write -->"
END = "<!-- end of figures -->"
CHART = Path("docs/performance.svg")


def write(
    groups: Mapping[str, Group],
    promises: Sequence[Promise],
    facts: Mapping[str, str],
    root: Path = CHECKOUT,
) -> None:
    """Bring docs/performance.md, its chart and README.md up to date."""
    (root / CHART).write_text(_chart(groups["gunicorn"]), encoding="utf-8")
    on_what = f"{facts['Machine']}; {facts['Measured']}"
    short = [
        f"![Guarded answers a second]({CHART})",
        "",
        markdown_table(PROMISE_COLUMNS, promise_rows(promises)),
        "",
        f"{on_what}. How: [docs/performance.md](docs/performance.md).",
    ]
    put(root / "README.md", "bench", "\n".join(short))
    full = [
        f"![Guarded answers a second]({CHART.name})",
        "",
        report_markdown(groups, promises, facts),
    ]
    put(root / "docs/performance.md", "bench", "\n".join(full))


def put(document: Path, command: str, content: str) -> None:
    """Write ``content`` between the markers of ``command`` in a document."""
    text = document.read_text(encoding="utf-8")
    document.write_text(between_markers(text, command, content), encoding="utf-8")


def between_markers(text: str, command: str, content: str) -> str:
    """Return ``text`` with ``content`` between its markers. Raises ValueError where one lacks.

    command: the target of make whose figures they are.
    """
    before, begin, rest = text.partition(BEGIN.format(command=command))
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no markers for figures")
    return f"{before}{begin}\n{content}\n{end}{after}"


def _chart(group: Group) -> str:
    bars = [
        (
            contestant.title,
            spread(contestant.per_second).median,
            contestant.key in ("fasti", "miss"),
        )
        for contestant in group.contestants
        if contestant.key in ("fasti", "hello", "raw", "glued", "miss")
    ]
    return bar_chart("Requests a second of one worker on one CPU, gunicorn", bars)
