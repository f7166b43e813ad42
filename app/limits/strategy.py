"""The strategy that Flask-Limiter decides by: all windows of the plan in one step.

Its own take one window after the other: what the first has charged stays charged when the second
refuses, and what is left takes a look at each. docs/decisions/0009 says more.
"""

from flask import g, request
from limits import RateLimitItem
from limits.strategies import STRATEGIES, RateLimiter
from limits.util import WindowStats

from app.limits.charging import Charge, Limits
from app.limits.verdict import Verdict

NAME = "fasti-plan"
VERDICT = "fasti.limits.verdict"
"""Where the environ of a request has the verdict that the gate was given about it, if it asked."""


class PlanStrategy(RateLimiter):
    """Asks ``decide`` about the charge of the request. There is one item for each: its plan."""

    limits: Limits
    """Set once the storage is made, which Flask-Limiter does."""

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """True when the request passes. The verdict is kept, for what the answer says.

        What the gate was refused is charged no second time.
        """
        charge: Charge = g.limit_charge
        environ = request.environ
        verdict: Verdict | None = environ.get(VERDICT)
        g.limit_verdict = verdict = verdict or self.limits.decide(charge, environ)
        return verdict.passes

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Not offered: a look is a charge of 0."""
        raise NotImplementedError

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Not offered: the verdict has every window."""
        raise NotImplementedError


STRATEGIES[NAME] = PlanStrategy  # type: ignore[assignment]


def current_verdict() -> Verdict | None:
    """What was decided about the current request; None where nothing was counted."""
    found: Verdict | None = g.get("limit_verdict")
    return found
