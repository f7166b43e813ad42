"""One rate for as long as asked, told in quarters: a leak shows as the last being slower."""

from loadtest.shapes.curve import flat
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream, abuse


def soak(peak: float, seconds: float) -> Shape:
    """Return ``peak`` arrivals a second for ``seconds``."""
    quarter = seconds / 4
    names = ("first quarter", "second", "third", "last quarter")
    return Shape(
        phases=tuple(Phase(name, i * quarter, (i + 1) * quarter) for i, name in enumerate(names)),
        streams=(Stream("every day", EVERY_DAY, flat(seconds, peak)), abuse(seconds)),
    )
