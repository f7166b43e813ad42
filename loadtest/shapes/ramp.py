"""More and more, a while at the top, and less again."""

from loadtest.shapes.curve import Curve
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream, abuse


def ramp(peak: float, seconds: float) -> Shape:
    """Return a rise from a tenth of ``peak`` to all of it, a third of the time so, and a fall."""
    top, fall = seconds * 0.5, seconds * 0.85
    curve = Curve.of((0, peak / 10), (top, peak), (fall, peak), (seconds, peak / 10))
    return Shape(
        phases=(Phase("rise", 0, top), Phase("top", top, fall), Phase("fall", fall, seconds)),
        streams=(Stream("every day", EVERY_DAY, curve), abuse(seconds)),
    )
