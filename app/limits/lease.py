"""What a worker holds of its callers' limits: paid in Redis beforehand, spent without asking it.

The bookkeeping alone: no I/O, no thread. docs/limits.md tells it by an example, and
docs/decisions/0014 why. Source of the idea: Envoy's Rate Limit Quota Service, whose data plane
spends what it was assigned and reports what it used
(https://envoyproxy.io/docs/envoy/latest/api-v3/service/rate_limit_quota/v3/rlqs.proto, read
2026-11-21). Its assignments are rates, which many workers can exceed together; ours are paid.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from app.limits.exchange import Exchange, Told
from app.limits.leased_caller import (
    TICK_SECONDS,
    TICKS_AHEAD,
    LeasedCaller,
    is_same_window,
    remembered,
)
from app.limits.plan import Plan
from app.limits.verdict import Verdict

DECAY_A_TICK = 0.8  # Of the busiest tick lately, half is forgotten in 155 ms.
REMEMBERED_CALLERS = 10_000  # Of one worker, those that went to Redis last.


class Leases:
    """The leases of one worker. Safe between threads.

    parts: a lease is at most one of so many parts of what is left. clock: seconds, monotonic.
    """

    def __init__(
        self, parts: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._parts = parts
        self.clock = clock
        self._callers: OrderedDict[str, LeasedCaller] = OrderedDict()
        self._active: dict[str, LeasedCaller] = {}
        self._due_back: list[Exchange] = []
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Units that are paid and unspent."""
        with self._lock:
            return sum(caller.units for caller in self._active.values())

    def units_of(self, key: str) -> int:
        """The same, of one caller."""
        with self._lock:
            caller = self._callers.get(key)
            return caller.units if caller else 0

    def spend(self, key: str, plan: Plan, cost: int) -> Verdict | None:
        """Decide by what is known here: from the lease, or as Redis refused a moment ago.

        None when Redis has to be asked.
        """
        with self._lock:
            caller = self._callers.get(key)
            if caller is None or caller.told is None or caller.plan is not plan:
                return None
            now = self.clock()
            if cost <= caller.units and now < caller.ends_at:
                caller.units -= cost
                caller.spent += cost
                caller.ask_at(now)
                return Verdict(plan, cost, True, caller.told.windows_at(now, caller.units))
            refusal = caller.refusal
            if refusal is not None and cost >= refusal.cost and now < refusal.until:
                return Verdict(plan, cost, False, refusal.told.windows_at(now, 0))
            return None

    def ask(self, key: str, plan: Plan, cost: int) -> Exchange:
        """Return what to ask of Redis for a request that cannot be decided here.

        What the lease still holds goes back with it, so that the whole cost is decided at once. One
        that asks seldom is leased nothing: it would be returned unspent.
        """
        with self._lock:
            now = self.clock()
            caller = self._callers.get(key)
            if caller is None or caller.plan is not plan:
                if caller is not None:
                    self._part_with(key, caller)
                caller = self._callers[key] = LeasedCaller(plan, now)
                self._forget_the_oldest()
            parts, pause_seconds = self._parts(), now - caller.asked_at
            caller.ask_at(now)
            is_seldom = caller.is_over(pause_seconds, now, parts)
            caller.is_leased = cost > 0 and not is_seldom and not plan.exact
            self._callers.move_to_end(key)
            self._active[key] = caller
            return Exchange(
                key,
                plan,
                cost,
                wanted=caller.wanted(now, caller.spent + cost, parts) if caller.is_leased else 0,
                parts=parts,
                given_back=caller.take_out(caller.units),
                given_at_milliseconds=caller.given_at_milliseconds,
            )

    def answer(self, exchange: Exchange, told: Told) -> Verdict:
        """Take what Redis granted, and return what it decided."""
        plan, cost = exchange.plan, exchange.cost
        with self._lock:
            caller = self._callers.get(exchange.key)
            if caller is None or caller.plan is not plan:  # It has another by now.
                self._return(exchange.key, plan, told.granted, told.now_milliseconds)
                return Verdict(plan, cost, told.is_admitted, told.windows)
            if told.granted:
                self._add(exchange.key, caller, told)
            if caller.told is None or told.is_later_than(caller.told):
                caller.told = told
                if not caller.units:
                    caller.ends_at = told.ends_at
            if not told.is_admitted:
                refused = Verdict(plan, cost, False, told.windows)
                if cost:
                    caller.refusal = remembered(refused, told)
                return refused
            caller.spent += cost
            windows = caller.told.windows_at(caller.told.received_at, caller.units)
            return Verdict(plan, cost, True, windows)

    def due(self, *, leaving: bool = False) -> list[Exchange]:
        """Return what to ask of Redis in the background: to renew, enlarge, shrink and return.

        To be called once a tick. leaving: return everything.
        """
        with self._lock:
            due, self._due_back = self._due_back, []
            active = list(self._active.items())
            parts = self._parts()
        for key, caller in active:
            with self._lock:
                exchange = self._due_of(key, caller, parts, leaving=leaving)
            if exchange is not None:
                due.append(exchange)
        return due

    def lose_returns(self) -> None:
        """Redis is down: what is held is spent until its window ends, and is not given back.

        A Redis that comes back may have forgotten who paid. To be called in place of ``due``.
        """
        with self._lock:
            self._due_back.clear()
            now = self.clock()
            for key, caller in list(self._active.items()):
                caller.is_returnable = False
                caller.spent = 0
                if now >= caller.ends_at:
                    caller.units = 0
                    del self._active[key]

    def _due_of(
        self, key: str, caller: LeasedCaller, parts: int, *, leaving: bool
    ) -> Exchange | None:
        now = self.clock()
        caller.busiest = max(caller.spent, caller.busiest * DECAY_A_TICK)
        caller.spent = 0
        wanted = caller.wanted(now, 0, parts)
        if leaving or caller.is_idle(now, parts):
            wanted = allowed = keep = 0
            del self._active[key]
        elif not caller.is_leased or caller.told is None:
            return None
        elif now >= caller.ends_at:  # Nothing is known of the window that has begun.
            allowed, keep = wanted, 0
        else:
            windows = caller.told.windows_at(now, caller.units)
            allowed = min(wanted, min(window.remaining for window in windows) // parts)
            is_last = caller.ends_at - now < TICKS_AHEAD * TICK_SECONDS
            too_many = allowed if is_last else 2 * allowed
            keep = allowed if caller.units > too_many else caller.units
        given_back = caller.take_out(caller.units - keep)
        wanted = wanted if 0 < allowed >= 2 * keep else 0
        if not given_back and not wanted:
            return None
        return Exchange(
            key,
            caller.plan,
            wanted=wanted,
            held=keep,
            parts=parts,
            given_back=given_back,
            given_at_milliseconds=caller.given_at_milliseconds,
        )

    def _add(self, key: str, caller: LeasedCaller, told: Told) -> None:
        """Add what was granted to the lease, unless its window is over; what is of another goes."""
        given_at = told.now_milliseconds
        if self.clock() >= told.ends_at:
            self._return(key, caller.plan, told.granted, given_at)
            return
        if not is_same_window(caller.plan, caller.given_at_milliseconds, given_at):
            self._part_with(key, caller)
        caller.is_returnable = caller.is_returnable or not caller.units
        caller.units += told.granted
        caller.given_at_milliseconds = given_at
        caller.ends_at = told.ends_at
        self._active[key] = caller

    def _part_with(self, key: str, caller: LeasedCaller) -> None:
        units = caller.take_out(caller.units)
        self._return(key, caller.plan, units, caller.given_at_milliseconds)

    def _return(self, key: str, plan: Plan, units: int, given_at_milliseconds: int) -> None:
        if units:
            back = Exchange(
                key, plan, given_back=units, given_at_milliseconds=given_at_milliseconds
            )
            self._due_back.append(back)

    def _forget_the_oldest(self) -> None:
        if len(self._callers) > REMEMBERED_CALLERS:
            key, caller = self._callers.popitem(last=False)
            self._part_with(key, caller)
            self._active.pop(key, None)
