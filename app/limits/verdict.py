"""What was decided about one question, with all that its answer says of the limits."""

from typing import NamedTuple

from app.limits.plan import Plan
from app.limits.window import Window


class Verdict(NamedTuple):
    """Whether every window of a plan admitted ``cost``, and how they stand after that.

    When one did not, none was charged.
    """

    plan: Plan
    cost: int
    is_admitted: bool
    windows: tuple[Window, ...]

    @property
    def passes(self) -> bool:
        """True when the question is to be answered: a plan in shadow mode refuses nothing."""
        return self.is_admitted or self.plan.shadow

    @property
    def too_small(self) -> Window | None:
        """A window that never holds so much, however long one waits."""
        return next((w for w in self.windows if self.cost > w.rule.limit), None)

    @property
    def refusing(self) -> Window:
        """The window that has to be waited for longest."""
        return max(self.windows, key=lambda window: window.retry_after_milliseconds(self.cost))

    @property
    def retry_after_milliseconds(self) -> int:
        """Milliseconds after which the same question is admitted; 0 when it was."""
        return 0 if self.is_admitted else self.refusing.retry_after_milliseconds(self.cost)

    @property
    def retry_after_seconds(self) -> int:
        """The same in whole seconds, rounded up."""
        return -(-self.retry_after_milliseconds // 1000)
