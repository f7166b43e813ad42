"""Ten times as many from one moment to the next, twice."""

from loadtest.shapes.curve import Curve
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream, abuse


def spike(peak: float, seconds: float) -> Shape:
    """Return a tenth of ``peak``, all of it for two fifths of the time in two spikes, and calm.

    The calm after a spike is as long as the spike: a queue that was left behind shows there.
    """
    part = seconds / 5
    calm = peak / 10
    curve = Curve.of(
        *((0, calm), (part, calm)),
        *((part, peak), (2 * part, peak)),
        *((2 * part, calm), (3 * part, calm)),
        *((3 * part, peak), (4 * part, peak)),
        *((4 * part, calm), (5 * part, calm)),
    )
    names = ("calm", "spike", "calm again", "second spike", "calm at last")
    phases = tuple(Phase(name, at * part, (at + 1) * part) for at, name in enumerate(names))
    return Shape(phases=phases, streams=(Stream("every day", EVERY_DAY, curve), abuse(seconds)))
