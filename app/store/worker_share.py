"""How much of a limit is this worker's own, for the time when Redis cannot count for all."""

import math
import os
import threading
import time
from importlib import resources

from app.store.redis_gateway import RedisGateway
from app.store.reports import Reporter

WORKERS_KEY = "fasti:workers"
RETURNING_KEY = "fasti:workers:returning"
GONE_AFTER_MILLISECONDS = 5_000  # Several heartbeats missed: a restart takes a worker off the list.
PROBES_TO_RETURN = 2  # One may have begun just before Redis was back.
HEARTBEAT = resources.files(__package__).joinpath("heartbeat.lua").read_text()


class WorkerShare:
    """A worker's place among the live ones, learned by heartbeat and kept while Redis is down.

    Failure policy: without Redis the last known place holds; where none was ever known, the worker
    takes the share of one among ``expected_workers``. Workers see Redis come back one after the
    other, each with its next heartbeat: until all have the place of before holds.

    probe_seconds: between two heartbeats.
    """

    reporter: Reporter | None = None
    """Its reports travel with the heartbeats."""

    returning_until_milliseconds = 0
    """Until when workers came back from the last outage of Redis, by its clock."""

    def __init__(
        self,
        redis: RedisGateway,
        replica: str,
        expected_workers: int,
        probe_seconds: float = 1.0,
    ) -> None:
        self._redis = redis
        self._replica = replica
        self._expected_workers = expected_workers
        self._return_milliseconds = math.ceil(PROBES_TO_RETURN * probe_seconds * 1000)
        self._place: tuple[int, int] | None = None
        self._beating = threading.Lock()
        self._has_left = False
        self._heard_since: float | None = None
        self._heartbeat = redis.client.register_script(HEARTBEAT)

    def beat(self) -> None:
        """Say that this worker lives, and learn its place.

        It is the probe of Redis as well, since it writes: a server that only reads is of no use.
        """
        with self._beating:
            if not self._has_left:
                self._redis.probe(self._beat)

    def leave(self) -> None:
        """Report a last time, when nothing is answered here any more."""
        self.beat()
        self._has_left = True

    @property
    def worker(self) -> str:
        """The name of this worker among all of all replicas."""
        return f"{self._replica}:{os.getpid()}"

    @property
    def heard_seconds(self) -> float:
        """For how long every heartbeat of this worker has reached Redis; 0 when the last did not.

        Whoever was cut off knows nothing of the others until they have had time to be heard.
        """
        return 0.0 if self._heard_since is None else time.monotonic() - self._heard_since

    def _beat(self) -> None:
        heard_since, self._heard_since = self._heard_since, None
        report = None if self.reporter is None else self.reporter.report()
        keys = [WORKERS_KEY, RETURNING_KEY, *(report.keys if report else ())]
        arguments = [
            self.worker,
            GONE_AFTER_MILLISECONDS,
            math.ceil(self._redis.breaker.open_seconds * 1000),
            self._return_milliseconds,
            *(report.arguments if report else ()),
        ]
        try:
            answer = self._heartbeat(keys=keys, args=arguments)
        except Exception:
            if self.reporter is not None and report is not None:
                self.reporter.undelivered(report)
            raise
        place, workers, returning_until = map(int, answer)
        if returning_until:
            self.returning_until_milliseconds = returning_until
        else:
            self._place = (place, workers)
        self._heard_since = time.monotonic() if heard_since is None else heard_since

    @property
    def workers(self) -> int:
        """How many workers live, as last known."""
        return self._expected_workers if self._place is None else self._place[1]

    def of(self, limit: int) -> int:
        """This worker's share of ``limit``: the shares of all live workers sum up to it exactly."""
        if self._place is None:
            return limit // self._expected_workers
        place, workers = self._place
        return limit * (place + 1) // workers - limit * place // workers
