"""What the figures are to show: the ratios that Fasti promises."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.figures import Spread, spread
from bench.proxied import Trips
from bench.rounds import Group

GLUED = "the glued extensions"
LEAST = "at least"
MOST = "at most"
NONE = 0.01  # A window that ends, and a pause longer than any before, cost one.


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


def promises(groups: Mapping[str, Group], trips: Mapping[str, Trips]) -> list[Promise]:
    """Return the promises that what was measured can show."""
    found: list[Promise] = []
    if gunicorn := groups.get("gunicorn"):
        found += _of_gunicorn(gunicorn)
    if granian := groups.get("granian"):
        found += _of_granian(granian)
    if proxy := groups.get("proxy"):
        words = f"CPU of a request through nginx, to {GLUED}"
        figure = proxy.cpu_ratio("fasti-proxied", "glued-proxied")
        found.append(Promise(words, figure, 0.4, MOST))
    if trips:
        found += _of_trips(trips["standard"], trips["exact"])
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


def _of_granian(group: Group) -> list[Promise]:
    """By the number of threads that is best for Fasti, and for hello world by its own."""
    fasti, hello = (
        max(
            (one.key for one in group.contestants if one.key.startswith(kind)),
            key=lambda key: group.rate(key).median,
        )
        for kind in ("fasti", "hello")
    )
    return [
        Promise("On granian, to Flask's hello world there", group.rate_ratio(fasti, hello), 2),
        Promise(f"On granian, to {GLUED}", group.rate_ratio(fasti, "glued"), 20),
    ]


def _of_trips(leased: Trips, exact: Trips) -> list[Promise]:
    """Of 1,000 requests a second by 50 clients over six workers."""
    return [
        Promise("Trips to Redis a request, of all kinds", spread([leased.all]), 0.2, MOST, ""),
        Promise("of these, waited for", spread([leased.waited]), NONE, MOST, ""),
        Promise("the same, of an exact plan", spread([exact.waited]), 1, MOST, ""),
    ]
