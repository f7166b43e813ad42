"""A plan: windows that are counted together, and what each kind of question costs."""

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerSecond, parse_many
from pydantic import BaseModel, ConfigDict, PositiveInt

from app.setting_values import check_rate_limit

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
LARGEST_COUNT = 2**52  # Of requests times milliseconds: Lua counts in doubles.

Kind = Literal["single", "list", "feed", "batch"]
"""What kind of question a request asks; a plan says what each costs."""


@dataclass(frozen=True, slots=True)
class WindowRule:
    """One window of a plan: what it allows, and in how many seconds."""

    limit: int
    seconds: int

    @property
    def milliseconds(self) -> int:
        """The length of the window."""
        return self.seconds * 1000

    @property
    def name(self) -> str:
        """How the window is called: ``minute``, or ``10-seconds``."""
        return _name_of(self.seconds)


class Costs(BaseModel):
    """What each kind of question costs; that of a batch is of each of its questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    single: PositiveInt = 1
    list: PositiveInt = 1
    feed: PositiveInt = 1
    batch: PositiveInt = 1

    def of(self, kind: Kind) -> int:
        """What one question of ``kind`` costs."""
        cost: int = getattr(self, kind)
        return cost


@dataclass(frozen=True)
class Plan:
    """One plan. windows: the shortest first. shadow: it counts, and refuses nothing. exact: each
    request is counted where all are, with no leases.
    """

    name: str
    note: str
    windows: tuple[WindowRule, ...]
    costs: Costs
    shadow: bool
    exact: bool = False

    @cached_property
    def policy(self) -> str:
        """Its windows as ``RateLimit-Policy`` says them (app/limits/headers.py)."""
        return ", ".join(f'"{rule.name}";q={rule.limit};w={rule.seconds}' for rule in self.windows)

    @cached_property
    def shortest(self) -> RateLimitItem:
        """Its shortest window, as the limits library has them: the name of the plan there."""
        rule = self.windows[0]
        return RateLimitItemPerSecond(rule.limit, rule.seconds)


def windows_of(text: str) -> tuple[WindowRule, ...]:
    """Return the windows of a text such as "20/second; 2000/minute", the shortest first.

    Raises ValueError, also where two of them do not go together.
    """
    items = parse_many(check_rate_limit(text))
    windows = sorted((WindowRule(item.amount, item.get_expiry()) for item in items), key=_length)
    if any(window.limit * window.milliseconds > LARGEST_COUNT for window in windows):
        raise ValueError("is more than can be counted")
    for shorter, longer in pairwise(windows):
        if shorter.seconds == longer.seconds:
            raise ValueError("must be windows of different lengths")
        if shorter.limit >= longer.limit:
            raise ValueError("must allow more in a longer window than in a shorter one")
    return tuple(windows)


@cache  # Every answer names the windows of its plan, and there are few.
def _name_of(seconds: int) -> str:
    unit, length = next(unit for unit in UNITS if seconds % unit[1] == 0)
    count = seconds // length
    return unit if count == 1 else f"{count}-{unit}s"


def _length(window: WindowRule) -> int:
    return window.seconds
