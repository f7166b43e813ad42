"""One rate for some seconds: a probe of the search for the highest that keeps to the objectives."""

from loadtest.shapes.curve import flat
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream


def hold(peak: float, seconds: float) -> Shape:
    """Return ``peak`` arrivals a second, and no abusers: it is the capacity for others."""
    return Shape(
        phases=(Phase("hold", 0, seconds),),
        streams=(Stream("every day", EVERY_DAY, flat(seconds, peak)),),
    )
