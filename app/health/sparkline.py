"""A small chart of one series, as the paths of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 180, 40
MARGIN = 2  # So that the line is not cut at the top.


@dataclass(frozen=True, slots=True)
class Sparkline:
    """line: what was; area: below it. Both are the ``d`` of a path; empty where there is nothing.

    highest: the largest value, at the top; None without any.
    """

    line: str
    area: str
    highest: float | None
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(values: Sequence[float | None], least_top: float = 0.0) -> Sparkline:
    """Draw ``values`` from left to right, from 0 at the bottom; None leaves a gap.

    least_top: the top is at least this, so that what is next to nothing looks so.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline("", "", None)
    top = max(*known, least_top, 1e-9)
    step = WIDTH / max(len(values) - 1, 1)
    line: list[str] = []
    area: list[str] = []
    run: list[tuple[float, float]] = []

    def close() -> None:
        if not run:
            return
        if len(run) == 1:  # One alone would be no line.
            run.append((run[0][0] + step / 2, run[0][1]))
        drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in run)
        line.append(f"M{drawn}")
        area.append(f"M{run[0][0]:.1f} {HEIGHT}L{drawn}L{run[-1][0]:.1f} {HEIGHT}Z")
        run.clear()

    for number, value in enumerate(values):
        if value is None:
            close()
        else:
            run.append((number * step, HEIGHT - (HEIGHT - MARGIN) * value / top))
    close()
    return Sparkline("".join(line), "".join(area), max(known))
