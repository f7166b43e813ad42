"""Where the limits are counted: in Redis for all replicas, or, while it is down, by fair shares."""

from importlib import resources
from typing import Any

from limits.storage import Storage

from app.limits.local_counters import NOTHING, LocalCounters
from app.limits.plan import Plan
from app.limits.verdict import Verdict
from app.limits.window import Window
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare

PREFIX = "fasti:limits:"
CHARGE_WINDOWS = resources.files(__package__).joinpath("charge_windows.lua").read_text()


class SharedStorage(Storage):
    """A storage of the limits library that counts all windows of a plan in one step.

    Failure policy: while Redis is down each worker enforces its share of what was left of each
    window when Redis last told it, counted in its own memory. The shares sum up to what was left,
    so that no limit is exceeded; who is spread unevenly over the workers is refused a little early.
    A worker that had not met the caller yet takes its share of the whole limit. When Redis is back,
    a worker charges there what it admitted meanwhile, with the caller's next request to it.
    """

    STORAGE_SCHEME = ["fasti"]  # noqa: RUF012 - the base class declares it so

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        redis: RedisGateway,
        share: WorkerShare,
        **_options: Any,
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._redis = redis
        self._charge = redis.client.register_script(CHARGE_WINDOWS)
        self._here = LocalCounters(share)

    def decide(self, key: str, plan: Plan, cost: int) -> Verdict:
        """Charge ``cost`` to every window of the plan of caller ``key``, or to none.

        A cost of 0 looks without charging. Costs one round trip.
        """
        debts = self._here.debts(key)
        arguments = [cost]
        for rule in plan.windows:
            owed = debts.get(rule.milliseconds, NOTHING)
            arguments += [rule.limit, rule.milliseconds, owed.current, owed.previous]
        try:
            answer: Any = self._redis.call(
                lambda redis: self._charge(keys=[PREFIX + key], args=arguments, client=redis)
            )
        except DependencyDown:
            self._here.settle(key, debts, told=False)
            return self._here.decide(key, plan, cost)
        is_admitted, now, *counts = map(int, answer)
        windows = tuple(
            Window(rule, previous, current, elapsed, rule.limit)
            for rule, previous, current, elapsed in zip(
                plan.windows, counts[0::3], counts[1::3], counts[2::3], strict=True
            )
        )
        self._here.settle(key, debts, told=True)
        self._here.learn(key, windows, now)
        return Verdict(plan, cost, bool(is_admitted), windows)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a caller may see of the storage behind: nothing but the breaker's word."""
        return DependencyDown

    def check(self) -> bool:
        """True when the limits are counted for all replicas."""
        return not self._redis.breaker.is_open

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not offered: the windows of a plan are charged together."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not offered: the windows of a plan are looked at together."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not offered: the windows of a plan are looked at together."""
        raise NotImplementedError

    def reset(self) -> int | None:
        """Not offered: it would forget the limits of every client."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Not offered: nobody takes back what a client has used."""
        raise NotImplementedError
