"""What one worker counts by itself while Redis is down: its share of what was left."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.limits.plan import Plan, WindowRule
from app.limits.verdict import Verdict
from app.limits.window import Window
from app.store.worker_share import WorkerShare

REMEMBERED_CALLERS = 10_000  # Of one worker, those that asked last.
CLOCK_MILLISECONDS = 5_000  # A clock that was set back is believed after twice as long.
SHORT_MILLISECONDS = 5_000  # A window so short is over before a caller would mind.
UNTOLD_MILLISECONDS = 250  # What a worker knows of who asks it is hardly older.


@dataclass(frozen=True, slots=True)
class Count:
    """What was charged in aligned window ``number`` and in the one before."""

    number: int = 0
    previous: int = 0
    current: int = 0

    def at(self, number: int) -> "Count":
        """The same, looked at from window ``number``."""
        if number <= self.number:
            return self
        return Count(number, self.current if number == self.number + 1 else 0, 0)

    def less(self, other: "Count") -> "Count":
        """The same without what ``other`` holds of it."""
        number = max(self.number, other.number)
        mine, its = self.at(number), other.at(number)
        return Count(number, mine.previous - its.previous, mine.current - its.current)

    @property
    def holds_anything(self) -> bool:
        """False for two windows in which nothing was charged."""
        return self.previous + self.current > 0


NOTHING = Count()


@dataclass(slots=True)
class _Caller:
    """told: as Redis told last; here: what this worker admitted without it. By length of window.

    told_at: when it did, by its clock. leased: units that were charged in what was told, for this
    worker to spend. is_settling: Redis is being told of what is here. plan: by which that was
    admitted.
    """

    plan: Plan | None = None
    told: dict[int, Count] = field(default_factory=dict)
    told_at: int = 0
    leased: int = 0
    here: dict[int, Count] = field(default_factory=dict)
    is_settling: bool = False


class _RedisClock:
    """The clock of Redis, in milliseconds, by what it told last.

    What it tells is as old as its way here took, and never too new: the latest is the nearest. One
    answer that came late would have this worker count in the window before, and all in the others.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._began_at: int | None = None
        self._ahead = self._ahead_before = int(time.time() * 1000) - clock()  # Until it tells.

    def told(self, now_milliseconds: int) -> None:
        """Learn what time it was there when it answered."""
        now = self._clock()
        ahead = now_milliseconds - now
        if self._began_at is None:
            self._began_at, self._ahead_before, self._ahead = now, ahead, ahead
        elif now - self._began_at > CLOCK_MILLISECONDS:
            self._began_at, self._ahead_before, self._ahead = now, self._ahead, ahead
        self._ahead = max(self._ahead, ahead)

    def now(self) -> int:
        """What time it is there."""
        return self._clock() + max(self._ahead, self._ahead_before)


class LocalCounters:
    """Counts by shares. Safe between threads.

    The windows are those of Redis: its clock is told with each of its answers. clock: milliseconds,
    of any beginning.

    What was charged between the last answer and the end of Redis nobody knows here. The window in
    which that end lies is left to the leases where it is short; where it is longer, its pace is
    taken to have gone on.
    """

    def __init__(self, share: WorkerShare, clock: Callable[[], int] | None = None) -> None:
        self._share = share
        self._clock = clock or _monotonic_milliseconds
        self._redis_clock = _RedisClock(self._clock)
        self._alone_since: int | None = None  # By the clock of Redis, which may have ended before.
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._indebted: set[str] = set()
        self._lock = threading.Lock()

    def learn(
        self, key: str, windows: tuple[Window, ...], now_milliseconds: int, leased: int = 0
    ) -> None:
        """Keep what Redis told of a caller, for the day it does not answer.

        leased: what this worker holds of it, and spends whatever is decided here.
        """
        told = {
            window.rule.milliseconds: Count(
                now_milliseconds // window.rule.milliseconds, window.previous, window.current
            )
            for window in windows
        }
        with self._lock:
            self._redis_clock.told(now_milliseconds)
            self._alone_since = None
            caller = self._caller(key)
            caller.told_at = now_milliseconds
            caller.told.update(told)  # What comes back may be of the windows of an earlier plan.
            caller.leased = leased

    def is_alone(self, windows: Iterable[WindowRule] = ()) -> bool:
        """Whether shares still count for these windows, though Redis is back: other workers have
        admitted by theirs what it was not told of, until all are back, and a short window is over.
        """
        until = returning_until = self._share.returning_until_milliseconds
        for rule in windows:
            if rule.milliseconds <= SHORT_MILLISECONDS:
                until = max(until, -(-returning_until // rule.milliseconds) * rule.milliseconds)
        return until > 0 and self._redis_clock.now() < until

    def decide(self, key: str, plan: Plan, cost: int) -> Verdict:
        """Charge ``cost`` to this worker's share of every window, or to none."""
        with self._lock:
            now = self._redis_clock.now()
            if self._alone_since is None:
                self._alone_since = now
            caller = self._caller(key)
            windows = tuple(
                self._window(rule, caller, now, self._alone_since) for rule in plan.windows
            )
            is_admitted = all(window.admits(cost) for window in windows)
            if is_admitted and cost:
                caller.plan = plan
                self._indebted.add(key)
                windows = tuple(window.charged(cost) for window in windows)
                for window in windows:
                    length = window.rule.milliseconds
                    caller.here[length] = Count(now // length, window.previous, window.current)
        return Verdict(plan, cost, is_admitted, windows)

    def debts(self, key: str) -> dict[int, Count]:
        """Return what this worker admitted without Redis, by length of window, to be told there.

        Nothing until ``settle`` says how that went: two threads would tell it twice.
        """
        with self._lock:
            caller = self._callers.get(key)
            if caller is None or not caller.here or caller.is_settling:
                return {}
            caller.is_settling = True
            now = self._redis_clock.now()
            return {length: count.at(now // length) for length, count in caller.here.items()}

    def indebted(self) -> list[tuple[str, Plan]]:
        """Return the callers of whom Redis has something to be told, and their plans."""
        with self._lock:
            callers = ((key, self._callers.get(key)) for key in self._indebted)
            found = [(key, each.plan) for key, each in callers if each and each.here and each.plan]
            self._indebted = {key for key, _ in found}
            return found

    def settle(self, key: str, debts: dict[int, Count], *, told: bool) -> None:
        """Take off what Redis was told; or keep it, to be told another time."""
        if not debts:
            return
        with self._lock:
            caller = self._caller(key)
            caller.is_settling = False
            if told:
                left = {
                    length: count.less(debts.get(length, NOTHING))
                    for length, count in caller.here.items()
                }
                caller.here = {n: count for n, count in left.items() if count.holds_anything}

    def _window(self, rule: WindowRule, caller: _Caller, now: int, alone_since: int) -> Window:
        length = rule.milliseconds
        number, elapsed = divmod(now, length)
        here = caller.here.get(length, NOTHING).at(number)
        if length <= SHORT_MILLISECONDS and number == alone_since // length:
            return Window(rule, here.previous, here.current, elapsed, 0)
        last_told = caller.told.get(length, NOTHING)
        untold = _untold(last_told.current, length, caller.told_at, alone_since)
        current = min(rule.limit, last_told.current + untold)
        told = Count(last_told.number, last_told.previous, current).at(number)
        used = Window(rule, told.previous, told.current, elapsed, rule.limit).used
        # A lease is a part of the share: what others were leased since then is not admitted twice.
        leased = caller.leased if number == last_told.number else 0
        share = max(0, self._share.of(max(0, rule.limit - used + leased)) - leased)
        return Window(rule, here.previous, here.current, elapsed, share)

    def _caller(self, key: str) -> _Caller:
        caller = self._callers.setdefault(key, _Caller())
        self._callers.move_to_end(key)
        if len(self._callers) > REMEMBERED_CALLERS:
            forgotten, _ = self._callers.popitem(last=False)
            self._indebted.discard(forgotten)
        return caller


def _untold(current: int, length: int, told_at: int, alone_since: int) -> int:
    """Estimate what was charged after Redis told of ``current``, at the pace of that window."""
    unknown = min(max(0, alone_since - told_at), UNTOLD_MILLISECONDS)
    return -(-current * unknown // (told_at % length + 1))


def _monotonic_milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000
