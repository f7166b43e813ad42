"""What a scenario is made of: phases to name, and streams of arrivals."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loadtest.shapes.curve import Curve, highest_sum

# Who comes on an ordinary day: shares of the arrivals, which sum up to 1. A guess at the clients
# of such a service and not a measurement: most of them read, one in five computes.
EVERY_DAY: Mapping[str, float] = {
    "reader": 0.56,
    "planner": 0.20,
    "nager": 0.12,
    "subscriber": 0.06,
    "batcher": 0.03,
    "operator": 0.02,
    "newcomer": 0.01,
}
ABUSER: Mapping[str, float] = {"abuser": 0.85, "anonymous-abuser": 0.15}
# Of arrivals a second. The plan `small` admits 20 a second, that of an address 2: both are passed.
ABUSE_RATE = 36.0


@dataclass(frozen=True)
class Phase:
    """A part of a run that the report names, from its start (in) to its end (out)."""

    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Stream:
    """Arrivals of some kinds of users, at a rate that changes with time.

    mix: kinds of users with their weights.
    calendars: what they ask about; by popularity when empty.
    """

    name: str
    mix: Mapping[str, float]
    curve: Curve
    calendars: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """When who comes, over a whole run."""

    phases: tuple[Phase, ...]
    streams: tuple[Stream, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def seconds(self) -> float:
        """How long arrivals come."""
        return max(stream.curve.end_seconds for stream in self.streams)

    @property
    def peak(self) -> float:
        """The highest rate of all streams together, in arrivals a second."""
        return highest_sum(stream.curve for stream in self.streams)

    def rate_at(self, seconds: float) -> float:
        """Return the rate of all streams together."""
        return sum(stream.curve.at(seconds) for stream in self.streams)

    def kinds(self) -> set[str]:
        """Return the kinds of users that come at all."""
        return {kind for stream in self.streams for kind in stream.mix}

    def without(self, kinds: set[str]) -> "Shape":
        """Return the same without the arrivals of ``kinds``, which are not made up for."""
        streams = []
        for stream in self.streams:
            left = {kind: weight for kind, weight in stream.mix.items() if kind not in kinds}
            if left:
                share = sum(left.values()) / sum(stream.mix.values())
                curve = stream.curve.scaled(share)
                streams.append(Stream(stream.name, left, curve, stream.calendars))
        return Shape(self.phases, tuple(streams), self.notes)


def abuse(seconds: float) -> Stream:
    """Return the stream of those who ask for more than they may, from 0 to ``seconds``."""
    return Stream("abuse", ABUSER, Curve.of((0, ABUSE_RATE), (seconds, ABUSE_RATE)))
