"""Charts as SVG: no script, nothing fetched; colours are the page's, so they follow its theme."""

import math
from collections.abc import Callable, Sequence
from html import escape

from loadtest.report.timeline import Series

WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 34, 24
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
# Ticks lie at these multiples of a power of ten.
NICE = (1, 2, 5, 10)
# Names of phases are written in two rows, so that neighbours do not cover each other.
ROWS = (12, 25)

Phases = Sequence[tuple[str, float, float]]


def line_chart(
    title: str,
    unit: str,
    series: Sequence[Series],
    part_seconds: float,
    phases: Phases,
    *,
    logarithmic: bool = False,
) -> str:
    """Return a chart with a line for each of ``series``, over seconds, as an HTML figure."""
    values = [value for one in series for value in one.values if value is not None]
    scale = _logarithmic(values) if logarithmic else _linear(max(values, default=0))
    place, ticks = scale
    parts = max((len(one.values) for one in series), default=0)
    x = _across(parts)
    drawn = [
        f'<path class="line s{number}" d="{_path(one.values, x, place)}"/>'
        for number, one in enumerate(series)
    ]
    return _figure(title, unit, series, part_seconds, phases, ticks, place, drawn, "line")


def stacked_chart(
    title: str, unit: str, series: Sequence[Series], part_seconds: float, phases: Phases
) -> str:
    """Return a chart of bars, in which ``series`` lie on top of each other, as an HTML figure."""
    parts = max((len(one.values) for one in series), default=0)
    sums = [sum(one.values[at] or 0 for one in series) for at in range(parts)]
    place, ticks = _linear(max(sums, default=0))
    x, width = _across(parts), PLOT_WIDTH / max(1, parts)
    drawn, floor = [], [0.0] * parts
    for number, one in enumerate(series):
        path = ""
        for at, value in enumerate(one.values):
            if value:
                low, high = place(floor[at]), place(floor[at] + value)
                path += f"M{x(at):.1f} {low:.1f}V{high:.1f}h{width:.1f}V{low:.1f}z"
                floor[at] += value
        drawn.append(f'<path class="bar s{number} o-{one.name}" d="{path}"/>')
    return _figure(title, unit, series, part_seconds, phases, ticks, place, drawn, "bar")


def _figure(
    title: str,
    unit: str,
    series: Sequence[Series],
    part_seconds: float,
    phases: Phases,
    ticks: Sequence[float],
    place: Callable[[float], float],
    drawn: Sequence[str],
    kind: str,
) -> str:
    parts = max((len(one.values) for one in series), default=0)
    seconds = parts * part_seconds
    legend = "".join(
        f'<li><svg class="key" viewBox="0 0 20 10" aria-hidden="true"><path class="{kind} s{number}'
        f' o-{escape(one.name)}" d="{"M0 5H20" if kind == "line" else "M0 0H20V10H0z"}"/></svg>'
        f"{escape(one.name)}</li>"
        for number, one in enumerate(series)
    )
    grid = "".join(
        f'<path class="grid" d="M{LEFT} {place(tick):.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{place(tick) + 4:.1f}" text-anchor="end">'
        f"{tick:g}</text>"
        for tick in ticks
    )
    return (
        f'<figure><figcaption>{escape(title)} <span class="unit">{escape(unit)}</span>'
        f'</figcaption><ul class="legend">{legend}</ul><div class="scroll">'
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}">'
        f"{_bands(phases, seconds)}{grid}{_time_axis(seconds)}{''.join(drawn)}"
        f"{_hints(series, part_seconds, unit)}</svg></div></figure>"
    )


def _bands(phases: Phases, seconds: float) -> str:
    """Return the phases, every second one shaded, with their names."""
    drawn = ""
    for number, (name, start, end) in enumerate(phases):
        left = LEFT + PLOT_WIDTH * min(start, seconds) / max(1e-9, seconds)
        right = LEFT + PLOT_WIDTH * min(end, seconds) / max(1e-9, seconds)
        shade = " shaded" if number % 2 else ""
        drawn += (
            f'<rect class="phase{shade}" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}"'
            f' height="{PLOT_HEIGHT}"/><text class="phase-name" x="{left + 3:.1f}"'
            f' y="{ROWS[number % len(ROWS)]}">{escape(name)}</text>'
        )
    return drawn


def _time_axis(seconds: float) -> str:
    step = _nice_step(seconds / 8)
    drawn = ""
    for number in range(int(seconds / step) + 1):
        x = LEFT + PLOT_WIDTH * number * step / max(1e-9, seconds)
        drawn += f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 7}">{number * step:g} s</text>'
    return drawn


def _hints(series: Sequence[Series], part_seconds: float, unit: str) -> str:
    """Return what a pointer is told: the values of each part."""
    parts = max((len(one.values) for one in series), default=0)
    x, width = _across(parts), PLOT_WIDTH / max(1, parts)
    drawn = ""
    for at in range(parts):
        told = ", ".join(
            f"{one.name} {one.values[at]:.3g}"
            for one in series
            if at < len(one.values) and one.values[at] is not None
        )
        drawn += (
            f'<rect class="hint" x="{x(at):.1f}" y="{TOP}" width="{width:.1f}"'
            f' height="{PLOT_HEIGHT}"><title>{at * part_seconds:g} s: {escape(told)}'
            f" {escape(unit)}</title></rect>"
        )
    return drawn


def _across(parts: int) -> Callable[[float], float]:
    """Return where a part begins, in the picture."""
    return lambda at: LEFT + PLOT_WIDTH * at / max(1, parts)


def _path(
    values: Sequence[float | None], x: Callable[[float], float], place: Callable[[float], float]
) -> str:
    """Return a line through the middle of the parts, with gaps where nothing is known."""
    path, pen_is_down = "", False
    for at, value in enumerate(values):
        if value is None:
            pen_is_down = False
            continue
        path += f"{'L' if pen_is_down else 'M'}{x(at + 0.5):.1f} {place(value):.1f}"
        if not pen_is_down:
            path += "h0.1"  # A value on its own is a dot.
        pen_is_down = True
    return path


def _linear(highest: float) -> tuple[Callable[[float], float], list[float]]:
    """Return where a value lies in the picture, and the values to write beside it."""
    step = _nice_step((highest or 1) / 4)
    top = step * math.ceil((highest or 1) / step)
    ticks = [step * number for number in range(round(top / step) + 1)]
    return lambda value: TOP + PLOT_HEIGHT * (1 - value / top), ticks


def _logarithmic(values: Sequence[float]) -> tuple[Callable[[float], float], list[float]]:
    """Return the same, by powers of ten from the lowest value to the highest."""
    above = [value for value in values if value > 0]
    low = math.floor(math.log10(min(above, default=1.0)))
    high = max(low + 1, math.ceil(math.log10(max(above, default=10.0))))

    def place(value: float) -> float:
        height: float = (math.log10(max(value, 10.0**low)) - low) / (high - low)
        return TOP + PLOT_HEIGHT * (1 - height)

    return place, [float(10**power) for power in range(low, high + 1)]


def _nice_step(least: float) -> float:
    """Return the first of 1, 2, 5, 10, 20, 50, ... and their tenths that is not below ``least``."""
    power: float = 10.0 ** math.floor(math.log10(max(least, 1e-9)))
    return next(power * nice for nice in NICE if power * nice >= least * (1 - 1e-9))
