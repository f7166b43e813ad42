"""What charge_windows.lua does, in Python, by a clock of the test's own: the two are compared."""

from collections import defaultdict
from dataclasses import dataclass, field

from app.limits.exchange import Exchange
from app.limits.local_counters import Count
from app.limits.window import Window


@dataclass
class Charged:
    """What Redis answers, and what it charged for it."""

    is_admitted: bool
    granted: int
    windows: tuple[Window, ...]


@dataclass
class ModelOfRedis:
    """The counts of all callers. granted, given_back: units of each caller, ever."""

    counts: dict[tuple[str, int], Count] = field(default_factory=dict)
    granted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    given_back: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def charge(self, exchange: Exchange, now: int) -> Charged:
        """Do what the exchange asks at ``now``, in milliseconds."""
        windows = []
        for rule in exchange.plan.windows:
            length = rule.milliseconds
            count = self.counts.get((exchange.key, length), Count())
            given = exchange.given_at_milliseconds // length
            previous, current = count.previous, count.current
            if given == count.number:
                current = max(0, current - exchange.given_back)
            elif given == count.number - 1:
                previous = max(0, previous - exchange.given_back)
            count = Count(count.number, previous, current).at(now // length)
            windows.append(Window(rule, count.previous, count.current, now % length, rule.limit))
        self.given_back[exchange.key] += exchange.given_back
        is_admitted = all(window.admits(exchange.cost) for window in windows)
        granted = 0
        if is_admitted:
            left = min(window.remaining for window in windows) - exchange.cost
            part = (left + exchange.held) // exchange.parts
            granted = max(0, min(exchange.wanted, part) - exchange.held)
            windows = [window.charged(exchange.cost + granted) for window in windows]
        self.granted[exchange.key] += granted
        for window in windows:
            length = window.rule.milliseconds
            counted = Count(now // length, window.previous, window.current)
            self.counts[exchange.key, length] = counted
        return Charged(is_admitted, granted, tuple(windows))
