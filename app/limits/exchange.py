"""What a worker and Redis tell each other about the limits of one caller."""

from dataclasses import dataclass

from app.limits.plan import Plan
from app.limits.window import Window

MARGIN_SECONDS = 0.002  # Redis tells whole milliseconds.
DRIFT = 0.001  # Two clocks that are being set right differ by as much, each 500 ppm at most.


@dataclass(frozen=True, slots=True)
class Exchange:
    """What Redis is to do about one caller; charge_windows.lua says it of each."""

    key: str
    plan: Plan
    cost: int = 0
    wanted: int = 0
    held: int = 0
    parts: int = 1
    given_back: int = 0
    given_at_milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What Redis answered. sent_at, received_at: seconds of the monotonic clock here."""

    is_admitted: bool
    now_milliseconds: int
    granted: int
    windows: tuple[Window, ...]
    sent_at: float
    received_at: float

    @property
    def ends_at(self) -> float:
        """When the first of the windows ends, by the clock here, or a little before that.

        Redis answered after ``sent_at``, so that no window lasts longer than what was left then.
        """
        return self.sent_at + self.left_seconds * (1 - DRIFT) - MARGIN_SECONDS

    @property
    def left_seconds(self) -> float:
        """What was left of the window that ends first."""
        return min(w.rule.milliseconds - w.elapsed_milliseconds for w in self.windows) / 1000

    def windows_at(self, now: float, unspent: int) -> tuple[Window, ...]:
        """The windows as far as is known at ``now``, without the units that are unspent here."""
        since = int((now - self.received_at) * 1000)
        return tuple(
            [
                Window(
                    window.rule,
                    window.previous,
                    window.current - unspent,
                    window.elapsed_milliseconds + since,
                    window.effective_limit,
                )
                for window in self.windows
            ]
        )

    def is_later_than(self, other: "Told") -> bool:
        """True when Redis said it after ``other``; of one millisecond, where more is used."""
        mine = (self.now_milliseconds, self.windows[0].current)
        its = (other.now_milliseconds, other.windows[0].current)
        return self.sent_at >= other.received_at or mine >= its
