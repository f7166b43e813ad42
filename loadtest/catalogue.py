"""Which calendars clients ask for: a popularity curve over what the service itself lists."""

import random
from collections.abc import Iterable
from itertools import accumulate

# The head of the curve. A guess at a payroll or logistics clientele, not a measurement; the order
# mixes countries and subdivisions so that both kinds are asked for hundreds of times a second.
POPULAR = (
    "US", "DE", "GB", "FR", "US-CA", "SE", "DE-BY", "GB-ENG", "JP", "CN",
    "IN", "CA", "AU", "NL", "DE-NW", "US-NY", "ES", "IT", "BR", "GB-SCT",
    "CH", "CA-ON", "PL", "NO", "AU-NSW", "DK", "FI", "US-TX", "AT", "BE",
    "CH-ZH", "ES-MD", "IE", "KR", "MX", "BR-SP", "ZA", "SG", "NZ", "TR",
)  # fmt: skip


class Catalogue:
    """Calendar ids, the most wanted first."""

    def __init__(self, calendar_ids: Iterable[str], seed: int) -> None:
        """Rank ``calendar_ids``: the popular ones in order, the rest shuffled by ``seed``.

        Raises ValueError when there is none.
        """
        offered = set(calendar_ids)
        if not offered:
            raise ValueError("the service lists no calendar at all")
        head = [calendar_id for calendar_id in POPULAR if calendar_id in offered]
        # Sorted before the shuffle: the order of a set is not the same in two processes.
        tail = sorted(offered.difference(head))
        random.Random(seed).shuffle(tail)
        self.ranked = (*head, *tail)
        # Zipf's law with exponent 1: the r-th calendar is asked for 1/r as often as the first.
        weights = (1 / rank for rank in range(1, len(self.ranked) + 1))
        self._cumulative = list(accumulate(weights))

    def pick(self, chance: random.Random) -> str:
        """Return one calendar id, drawn by popularity from ``chance``."""
        return chance.choices(self.ranked, cum_weights=self._cumulative)[0]
