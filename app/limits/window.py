"""The arithmetic of a sliding window counter, in whole numbers: nothing here counts or stores.

Windows are aligned to the clock: window n of W milliseconds begins at n * W. Of the one before, as
much is taken to weigh on the last W milliseconds as of it lies in them; a cost is admitted when

    floor(previous * (W - elapsed) / W) + current + cost <= limit

Source: the "sliding window counter" of the limits library (https://limits.readthedocs.io, read
2026-11-21). On Redis that one starts its windows with the first request of a caller; ours are those
of the clock, so that no minute of the clock ever has more than the limit.
"""

from typing import NamedTuple

from app.limits.plan import WindowRule

RETRY_DURING_OUTAGE_SECONDS = 5
"""For a worker that counts by itself: Redis may be back then, or another have more left."""


class Window(NamedTuple):
    """One window of a plan as it stands for one caller.

    previous, current: what was charged in the last aligned window and in this one, of which
    elapsed_milliseconds have passed. effective_limit: what of the limit whoever counts may admit.
    """

    rule: WindowRule
    previous: int
    current: int
    elapsed_milliseconds: int
    effective_limit: int

    @property
    def _left_milliseconds(self) -> int:
        return self.rule.milliseconds - self.elapsed_milliseconds

    @property
    def used(self) -> int:
        """What weighs on the window now."""
        if not self.previous:
            return self.current
        return self.current + self.previous * self._left_milliseconds // self.rule.milliseconds

    @property
    def remaining(self) -> int:
        """What may be charged now: so many questions that cost 1."""
        return max(0, self.effective_limit - self.used)

    @property
    def reset_seconds(self) -> int:
        """Whole seconds until the aligned window ends, and what it counted begins to fade."""
        return _ceil(self._left_milliseconds, 1000)

    def admits(self, cost: int) -> bool:
        """True when ``cost`` may be charged now."""
        return self.used + cost <= self.effective_limit

    def charged(self, cost: int) -> "Window":
        """The window after ``cost`` was charged."""
        return self._replace(current=self.current + cost)

    def retry_after_seconds(self, cost: int) -> int:
        """Whole seconds after which ``cost`` is admitted, when nothing is charged meanwhile."""
        return _ceil(self.retry_after_milliseconds(cost), 1000)

    def retry_after_milliseconds(self, cost: int) -> int:
        """Milliseconds after which ``cost`` is admitted, when nothing is charged meanwhile.

        0 when it is now. ``cost`` must not be more than the limit. A worker that may admit a part
        of the limit alone cannot know, and names the length of an outage.
        """
        if self.admits(cost):
            return 0
        if self.effective_limit < self.rule.limit:
            return RETRY_DURING_OUTAGE_SECONDS * 1000
        room = self.effective_limit - cost
        if self.current <= room:
            wait = self._fading(self.previous, room - self.current, self._left_milliseconds)
        else:  # This window has to end first.
            wait = self._left_milliseconds
            wait += self._fading(self.current, room, self.rule.milliseconds)
        return wait

    def _fading(self, count: int, room: int, left_milliseconds: int) -> int:
        """Milliseconds until no more than ``room`` is left of a count that has so long to fade."""
        return left_milliseconds - _ceil((room + 1) * self.rule.milliseconds, count) + 1


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
