"""What the figures are to show: the ratios that Fasti promises."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.figures import Spread, spread
from bench.rounds import Group

GLUED = "the glued extensions"
LEAST = "at least"
MOST = "at most"


@dataclass(frozen=True)
class Promise:
    """A figure and what it must be. unit: what follows the number."""

    words: str
    figure: Spread
    wanted: float
    bound: str = LEAST
    unit: str = "x"

    @property
    def is_kept(self) -> bool:
        """True when the median is as promised."""
        if self.bound == LEAST:
            return self.figure.median >= self.wanted
        return self.figure.median <= self.wanted

    @property
    def wanted_words(self) -> str:
        """The promise, for a table."""
        return f"{self.bound} {self.wanted:g}{self.unit}"


def promises(groups: Mapping[str, Group]) -> list[Promise]:
    """Return the promises that the measured groups can show."""
    found: list[Promise] = []
    if gunicorn := groups.get("gunicorn"):
        found += _of_gunicorn(gunicorn)
    return found


def _of_gunicorn(group: Group) -> list[Promise]:
    p99 = group.percentile_ratio("p99", "fasti", "hello")
    return [
        Promise("A kept answer, to Flask's hello world", group.rate_ratio("fasti", "hello"), 1.35),
        Promise(f"A kept answer, to {GLUED}", group.rate_ratio("fasti", "glued"), 6),
        Promise("A kept answer, to a bare callable", group.rate_ratio("fasti", "raw"), 0.7),
        Promise("p99 of a kept answer, to hello world's", p99, 1, MOST),
        Promise(f"A miss, to a hit of {GLUED}", group.rate_ratio("miss", "glued"), 2.5),
    ]


def single(value: float) -> Spread:
    """A figure that was measured once."""
    return spread([value])
