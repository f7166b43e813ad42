"""Days written as JSON once, to be cut out of by as many answers as ask for them."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate

from app.domain.span import Span


class WrittenDays:
    """A row of JSON for each of some days, of which those of any span can be cut out as bytes.

    ordinals: the days, sorted. write: makes the row of one. is_backward: the last comes first.
    """

    __slots__ = ("_ends", "_ordinals", "_text")

    def __init__(
        self, ordinals: Sequence[int], write: Callable[[date], bytes], *, is_backward: bool
    ) -> None:
        self._ordinals = ordinals
        order = reversed(ordinals) if is_backward else ordinals
        rows = [write(date.fromordinal(ordinal)) + b"," for ordinal in order]
        self._text = b"".join(rows)
        self._ends = array("I", accumulate(map(len, rows), initial=0))

    def cut(self, span: Span) -> bytes:
        """Return the rows of the days in ``span``, in its order, with a comma behind each.

        It must be of the same direction. Empty when there are none.
        """
        ordinals = self._ordinals
        if not ordinals or (span.first <= ordinals[0] and ordinals[-1] <= span.last):
            return self._text
        low = bisect_left(ordinals, span.first)
        high = bisect_right(ordinals, span.last)
        if span.is_backward:
            low, high = len(ordinals) - high, len(ordinals) - low
        return self._text[self._ends[low] : self._ends[high]]
