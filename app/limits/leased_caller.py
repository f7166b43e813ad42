"""The lease of one caller at one worker, and the refusal it may have met."""

import math
from dataclasses import dataclass

from app.limits.exchange import Told
from app.limits.plan import Plan
from app.limits.verdict import Verdict

TICK_SECONDS = 0.05  # Between two renewals.
TICKS_AHEAD = 2  # A lease lasts as long, should the next renewal be late.


@dataclass(frozen=True, slots=True)
class Refusal:
    """Redis refused ``cost``, and would again until then."""

    cost: int
    until: float
    told: Told


@dataclass(slots=True)
class LeasedCaller:
    """What a worker knows of one caller and holds for it.

    asked_at: when it last did, in monotonic seconds. is_leased: False where a lease would be
    returned unspent. units: paid and unspent, to be spent before ``ends_at`` alone (monotonic
    seconds). given_at_milliseconds: when they were, by Redis. is_returnable: False once Redis was
    away, and may have forgotten them. spent: since the last tick; busiest: in a tick, lately.
    """

    plan: Plan
    asked_at: float
    is_leased: bool = True
    told: Told | None = None
    units: int = 0
    ends_at: float = 0.0
    given_at_milliseconds: int = 0
    is_returnable: bool = True
    spent: int = 0
    busiest: float = 0.0
    refusal: Refusal | None = None

    def take_out(self, units: int) -> int:
        """Take units out of the lease, and return how many of them to give back to Redis."""
        self.units -= units
        return units if self.is_returnable else 0

    def wanted(self, now: float, spent: int) -> int:
        """What it will spend until a renewal is sure to have come, or its window ends."""
        ticks: float = TICKS_AHEAD
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
