"""One rate, all the time."""

from loadtest.shapes.curve import flat
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream, abuse


def steady(peak: float, seconds: float) -> Shape:
    """Return ``peak`` arrivals a second for ``seconds``, the first fifth of it to settle."""
    settled = seconds / 5
    return Shape(
        phases=(Phase("settle", 0, settled), Phase("steady", settled, seconds)),
        streams=(Stream("every day", EVERY_DAY, flat(seconds, peak)), abuse(seconds)),
    )
