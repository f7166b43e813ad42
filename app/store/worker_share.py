"""How much of a limit is this worker's own, for the time when Redis cannot count for all."""

import os
from importlib import resources

from app.store.redis_gateway import RedisGateway

WORKERS_KEY = "fasti:workers"
GONE_AFTER_MILLISECONDS = 5_000  # Several heartbeats missed: a restart takes a worker off the list.
HEARTBEAT = resources.files(__package__).joinpath("heartbeat.lua").read_text()


class WorkerShare:
    """A worker's place among the live ones, learned by heartbeat and kept while Redis is down.

    Failure policy: without Redis the last known place holds; where none was ever known, the worker
    takes the share of one among ``expected_workers``.
    """

    def __init__(self, redis: RedisGateway, replica: str, expected_workers: int) -> None:
        self._redis = redis
        self._replica = replica
        self._expected_workers = expected_workers
        self._place: tuple[int, int] | None = None
        self._heartbeat = redis.client.register_script(HEARTBEAT)

    def beat(self) -> None:
        """Say that this worker lives, and learn its place.

        It is the probe of Redis as well, since it writes: a server that only reads is of no use.
        """
        self._redis.probe(self._beat)

    def _beat(self) -> None:
        worker = f"{self._replica}:{os.getpid()}"
        answer = self._heartbeat(keys=[WORKERS_KEY], args=[worker, GONE_AFTER_MILLISECONDS])
        place, workers = answer
        self._place = (int(place), int(workers))

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
