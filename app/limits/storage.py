"""Where the limits are counted: in Redis for all replicas, or, while it is down, by fair shares."""

import threading
from functools import partial
from importlib import resources
from itertools import chain, islice
from typing import Any

from limits.storage import Storage
from redis.exceptions import NoScriptError

from app.limits.exchange import Exchange, Told
from app.limits.lease import Leases
from app.limits.local_counters import NOTHING, Count, LocalCounters
from app.limits.plan import Plan
from app.limits.verdict import Verdict
from app.limits.window import Window
from app.observability import metrics
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare

PREFIX = "fasti:limits:"
EXCHANGED_AT_ONCE = 200  # Callers of one round trip, which has a time-out.
CHARGE_WINDOWS = resources.files(__package__).joinpath("charge_windows.lua").read_text()


class SharedStorage(Storage):
    """A storage of the limits library that counts all windows of a plan in one step.

    A worker spends what it was leased without asking Redis; app/limits/lease.py keeps the books.

    Failure policy: while Redis is down each worker spends the leases it holds, which are paid; then
    the rest of its share of what was left of each window when Redis last told it, counted in its
    own memory. The shares sum up to what was left, so that no limit is exceeded; who is spread
    unevenly over the workers is refused a little early, and in a short window in which Redis ends
    all that have no lease. A worker that had not met the caller in a longer one takes its share of
    the whole limit. When Redis is back, and all workers had time to see it, a worker charges there
    what it admitted meanwhile: at its next tick, or with what it next asks about the caller.
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
        self._leases = Leases(lambda: 2 * share.workers)
        self._renewing = threading.Lock()
        self._paid_at = redis.primary

    def decide(self, key: str, plan: Plan, cost: int) -> Verdict:
        """Charge ``cost`` to every window of the plan of caller ``key``, or to none.

        A cost of 0 looks without charging. Costs no round trip where a lease covers it or Redis has
        just refused it; else one.
        """
        if not plan.exact and cost:
            verdict = self._leases.spend(key, plan, cost)
            if verdict is not None:
                return verdict
        # What a lease holds is not risked for an answer.
        if self._redis.breaker.is_open or self._here.is_alone(plan.windows):
            return self._here.decide(key, plan, cost)
        exchange = self._leases.ask(key, plan, cost)
        metrics.LIMIT_TRIPS.labels("request").inc()
        try:
            (told,) = self._exchange([exchange])
        except DependencyDown:
            return self._here.decide(key, plan, cost)
        return self._leases.answer(exchange, told)

    def renew_leases(self) -> None:
        """Renew, enlarge, shrink and return the leases of all callers: called once a tick."""
        paid_at, self._paid_at = self._paid_at, self._redis.primary
        is_alone = self._redis.breaker.is_open or self._here.is_alone()
        if is_alone or self._paid_at != paid_at:
            self._leases.lose_returns()  # A new primary may not know what the old one was paid.
        else:
            self._settle_leases(leaving=False)
        metrics.LEASED_UNITS.set(self._leases.held)

    @property
    def leased_units(self) -> int:
        """What this worker holds of the limits of its callers."""
        return self._leases.held

    def return_leases(self) -> None:
        """Give back all that is held, when nothing is answered here any more."""
        self._settle_leases(leaving=True)

    def _settle_leases(self, *, leaving: bool) -> None:
        with self._renewing:
            # What was admitted without Redis is told as soon as it is back: others count on it.
            owing = (
                Exchange(key, plan, held=self._leases.units_of(key))
                for key, plan in self._here.indebted()
                if leaving or not self._here.is_alone(plan.windows)
            )
            due = chain(owing, self._leases.due(leaving=leaving))
            while batch := list(islice(due, EXCHANGED_AT_ONCE)):
                metrics.LIMIT_TRIPS.labels("background").inc()
                try:
                    answers = self._exchange(batch)
                except DependencyDown:
                    return  # What was to be given back is lost: it may have been given back.
                for exchange, told in zip(batch, answers, strict=True):
                    self._leases.answer(exchange, told)

    def _exchange(self, exchanges: list[Exchange]) -> list[Told]:
        """Ask Redis, in one round trip. Raises DependencyDown."""
        debts = [self._here.debts(exchange.key) for exchange in exchanges]
        calls = [
            (PREFIX + exchange.key, *arguments_of(exchange, owed))
            for exchange, owed in zip(exchanges, debts, strict=True)
        ]
        sent_at = self._leases.clock()
        is_told = False
        try:
            answers = self._redis.call(partial(self._run, calls))
            is_told = True
        finally:
            for exchange, owed in zip(exchanges, debts, strict=True):
                self._here.settle(exchange.key, owed, told=is_told)
        received_at = self._leases.clock()
        told = []
        for exchange, (is_admitted, now, granted, *counts) in zip(exchanges, answers, strict=True):
            windows = tuple(
                Window(rule, previous, current, elapsed, rule.limit)
                for rule, previous, current, elapsed in zip(
                    exchange.plan.windows, counts[0::3], counts[1::3], counts[2::3], strict=True
                )
            )
            self._here.learn(exchange.key, windows, now, exchange.held + granted)
            told.append(Told(bool(is_admitted), now, granted, windows, sent_at, received_at))
        return told

    def _run(self, calls: list[tuple[Any, ...]], redis: Any) -> list[list[int]]:
        """Run the script for each call, in one round trip; two more where the server forgot it."""
        answers = _run_known(redis, self._charge.sha, calls)
        forgotten = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if forgotten:
            redis.script_load(CHARGE_WINDOWS)
            again = _run_known(redis, self._charge.sha, [calls[at] for at in forgotten])
            for at, answer in zip(forgotten, again, strict=True):
                answers[at] = answer
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers

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


def arguments_of(exchange: Exchange, owed: dict[int, Count]) -> list[int]:
    """ARGV of the script. owed: what was admitted without Redis, by length of window."""
    arguments = [
        exchange.cost,
        exchange.wanted,
        exchange.held,
        exchange.parts,
        exchange.given_back,
        exchange.given_at_milliseconds,
    ]
    for rule in exchange.plan.windows:
        debt = owed.get(rule.milliseconds, NOTHING)
        arguments += [rule.limit, rule.milliseconds, debt.current, debt.previous]
    return arguments


def _run_known(redis: Any, sha: str, calls: list[tuple[Any, ...]]) -> list[Any]:
    pipeline = redis.pipeline(transaction=False)
    for call in calls:
        pipeline.evalsha(sha, 1, *call)
    answers: list[Any] = pipeline.execute(raise_on_error=False)
    return answers
