"""The lease of one caller at one worker, and the refusal it may have met."""

import math
from dataclasses import dataclass

from app.limits.exchange import Told
from app.limits.plan import Plan
from app.limits.verdict import Verdict

TICK_SECONDS = 0.05  # Between two renewals.
TICKS_AHEAD = 2  # A lease lasts as long, should the next renewal be late.
# And so long while that is a trifle: to renew each lease in every other tick took a worker with 256
# callers longer than to answer them.
TICKS_AHEAD_OF_PLENTY = 20
IDLE_SECONDS = 0.18  # With the tick that finds it, a unit comes back within a quarter of a second.
# Who asks at a pace is waited for, while what is held is a trifle: of callers that come by chance,
# one in 3,000 takes longer than eight times the usual.
PATIENCE = 8
LONGEST_PATIENCE_SECONDS = 3.0
NEWEST_PAUSE_SHARE = 0.25  # How far the usual pause follows the newest.
TRIFLE = 16  # So many such leases of every worker, twice, are less than what is left.


@dataclass(frozen=True, slots=True)
class Refusal:
    """Redis refused ``cost``, and would again until then."""

    cost: int
    until: float
    told: Told


@dataclass(slots=True)
class LeasedCaller:
    """What a worker knows of one caller and holds for it.

    asked_at: when it last did, in monotonic seconds. usual_pause_seconds: between two of its
    requests here, lately; those that are longer than any patience left out. is_leased: False where
    a lease would be returned unspent. units: paid and unspent, to be spent before ``ends_at`` alone
    (monotonic seconds). given_at_milliseconds: when they were, by Redis. is_returnable: False once
    Redis was away, and may have forgotten them. spent: since the last tick; busiest: in a tick,
    lately.
    """

    plan: Plan
    asked_at: float
    usual_pause_seconds: float = 0.0
    is_leased: bool = True
    told: Told | None = None
    units: int = 0
    ends_at: float = 0.0
    given_at_milliseconds: int = 0
    is_returnable: bool = True
    spent: int = 0
    busiest: float = 0.0
    refusal: Refusal | None = None

    def ask_at(self, now: float) -> None:
        """Note that it asks."""
        pause = now - self.asked_at
        if pause < LONGEST_PATIENCE_SECONDS:
            self.usual_pause_seconds += (pause - self.usual_pause_seconds) * NEWEST_PAUSE_SHARE
        self.asked_at = now

    def is_idle(self, now: float, parts: int) -> bool:
        """True when nothing is to be held for it any longer: it has not asked for a while.

        parts: as a lease may be one of so many parts of what is left.
        """
        return self.is_over(now - self.asked_at, now, parts)

    def is_over(self, pause_seconds: float, now: float, parts: int) -> bool:
        """True for a pause in which a lease would be returned."""
        if pause_seconds < IDLE_SECONDS:
            return False
        patience_seconds = min(PATIENCE * self.usual_pause_seconds, LONGEST_PATIENCE_SECONDS)
        if pause_seconds >= patience_seconds:
            return True
        return not self._is_a_trifle(
            max(self.units, self._spent_in(TICKS_AHEAD, now, 0)), parts, now
        )

    def _is_a_trifle(self, units: int, parts: int, now: float) -> bool:
        """True when so much is left, as far as is known, that nobody misses what is held here."""
        if self.told is None:
            return False
        left = min(window.remaining for window in self.told.windows_at(now, self.units))
        return TRIFLE * parts * units <= left

    def take_out(self, units: int) -> int:
        """Take units out of the lease, and return how many of them to give back to Redis."""
        self.units -= units
        return units if self.is_returnable else 0

    def wanted(self, now: float, spent: int, parts: int) -> int:
        """What it will spend until a renewal is sure to have come, or its window ends."""
        of_plenty = self._spent_in(TICKS_AHEAD_OF_PLENTY, now, spent)
        if self._is_a_trifle(of_plenty, parts, now):
            return of_plenty
        return self._spent_in(TICKS_AHEAD, now, spent)

    def _spent_in(self, ticks: float, now: float, spent: int) -> int:
        if now < self.ends_at:
            ticks = min(ticks, (self.ends_at - now) / TICK_SECONDS)
        return math.ceil((max(self.busiest, spent) + 1) * ticks)


def remembered(refused: Verdict, told: Told) -> Refusal:
    """A refusal, to be kept for a tick, while Redis would refuse again and its windows last."""
    wait = min(TICK_SECONDS, told.left_seconds)
    if refused.too_small is None:
        wait = min(wait, refused.retry_after_milliseconds / 1000)
    return Refusal(refused.cost, told.received_at + wait, told)


def is_same_window(plan: Plan, one_milliseconds: int, other_milliseconds: int) -> bool:
    """True for two moments in the same window of every length."""
    return all(
        one_milliseconds // rule.milliseconds == other_milliseconds // rule.milliseconds
        for rule in plan.windows
    )
