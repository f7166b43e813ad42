"""A run of days, and which ends of it belong to it."""

import datetime
from dataclasses import dataclass
from typing import Literal

Include = Literal["start", "end", "both", "none"]
"""Which ends of an interval belong to it."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``first`` to ``last``, both included, each as ``date.toordinal`` counts.

    None when ``last`` lies before ``first``. is_backward: gone through from the last to the first.
    """

    first: int
    last: int
    is_backward: bool = False

    @classmethod
    def between(cls, start: datetime.date, end: datetime.date, include: Include) -> "Span":
        """The days between two dates, whichever is the earlier, earliest first."""
        includes_start, includes_end = include in ("start", "both"), include in ("end", "both")
        if end < start:
            start, end, includes_start, includes_end = end, start, includes_end, includes_start
        return cls(start.toordinal() + (not includes_start), end.toordinal() - (not includes_end))

    @classmethod
    def walked(cls, start: datetime.date, reached: datetime.date, *, include_start: bool) -> "Span":
        """The days gone through from ``start`` to ``reached``, which is one of them.

        include_start: whether ``start`` is one, having been looked at itself.
        """
        if reached < start:
            last = start.toordinal() - (not include_start)
            return cls(reached.toordinal(), last, is_backward=True)
        return cls(start.toordinal() + (not include_start), reached.toordinal())

    def years(self) -> range:
        """The years that the days lie in, earliest first; none when there are no days."""
        if self.last < self.first:
            return range(0)
        first, last = map(datetime.date.fromordinal, (self.first, self.last))
        return range(first.year, last.year + 1)
