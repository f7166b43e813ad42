"""The bulletin: what changed, told by any worker and heard by every worker of every replica.

A stream in Redis, which each worker reads with one blocked call, so that news is heard at once. It
tells *that* something changed. What is true stands in SQL, and there a worker looks it up whenever
it may have missed news: when it starts, after its connection was lost, and once in a while.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis

from app.observability import metrics
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

logger = logging.getLogger(__name__)

STREAM = "fasti:bulletin"
KEPT_ENTRIES = 10_000  # Some minutes of the busiest day; whoever is further behind catches up.
BLOCK_SECONDS = 0.5  # A worker that is to stop has so long to notice.
RETRY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Topic:
    """What to do about one kind of news.

    on_news: called with its text, by the one thread that listens. catch_up: called when news may
    have been missed; it makes what this worker knows true again, or raises DependencyDown, after
    which it is called again until it does not.
    """

    on_news: Callable[[str], None]
    catch_up: Callable[[], None]


class Bulletin:
    """Publishes and hears news. ``listen`` is called over and over by one thread of a worker.

    catch_up_seconds: at most so old is what a worker knows, should it miss news without knowing.
    Failure policy: while Redis is down nothing is published, and whoever publishes is told so;
    what was heard so far holds.
    """

    def __init__(self, gateway: RedisGateway, catch_up_seconds: float) -> None:
        self._redis = gateway
        self._catch_up_seconds = catch_up_seconds
        self._topics: dict[str, Topic] = {}
        self._position: bytes | None = None  # None: not connected, or not any more
        self._connects = 0
        self._behind: set[str] = set()
        self._caught_up_at = float("-inf")

    def subscribe(
        self, topic: str, on_news: Callable[[str], None], catch_up: Callable[[], None]
    ) -> None:
        """Hear the news of ``topic``, one subscriber each. To be called before anybody listens."""
        self._topics[topic] = Topic(on_news, catch_up)
        self._behind.add(topic)

    def publish(self, topic: str, text: str) -> None:
        """Tell every worker, this one included, once Redis has it. Raises DependencyDown."""
        entry: Any = {"topic": topic, "text": text}
        self._redis.call(
            lambda client: client.xadd(STREAM, entry, maxlen=KEPT_ENTRIES, approximate=True)
        )

    @property
    def is_current(self) -> bool:
        """True while this worker listens and has caught up on every topic."""
        return self._position is not None and not self._behind

    def listen(self) -> None:
        """Wait for news for up to half a second, and pass on what comes."""
        try:
            if self._position is None:
                # The place in the stream first: what is told while one catches up is heard after.
                self._position = self._last_position()
                self._behind.update(self._topics)
                news = []
            else:
                news = self._read(self._position)
        except (redis.RedisError, OSError):
            # The breaker and its prober tell of the outage; here it is but waited out.
            if self._position is not None:
                self._position = None
                self._behind.update(self._topics)  # What was told at last may not have come here.
            self._catch_up()  # A worker that starts meanwhile has to know what stands in SQL.
            time.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - workers differ
            return
        self._catch_up()
        for position, entry in news:
            self._position = position
            self._pass_on(entry)
        metrics.BULLETIN_HEARD.set_to_current_time()

    def _last_position(self) -> bytes:
        newest: Any = self._redis.patient.xrevrange(STREAM, count=1)
        self._connects = self._redis.patient_connects
        return newest[0][0] if newest else b"0-0"

    def _read(self, position: bytes) -> list[tuple[bytes, dict[bytes, bytes]]]:
        streams: Any = self._redis.patient.xread(
            {STREAM: position}, block=int(BLOCK_SECONDS * 1000), count=1000
        )
        if self._redis.patient_connects != self._connects:
            # A place in the stream is one of the server that told it; another may number its
            # entries lower, and lack the last.
            raise redis.ConnectionError("connected anew")
        return streams[0][1] if streams else []

    def _pass_on(self, entry: dict[bytes, bytes]) -> None:
        topic = self._topics.get(entry[b"topic"].decode())
        if topic is not None:  # A newer release may tell of what this one does not know.
            topic.on_news(entry[b"text"].decode())

    def _catch_up(self) -> None:
        if time.monotonic() - self._caught_up_at > self._catch_up_seconds:
            self._behind.update(self._topics)
        if not self._behind:
            return
        for name in sorted(self._behind):
            try:
                self._topics[name].catch_up()
            except DependencyDown:
                continue  # Tried again after the next read.
            self._behind.discard(name)
        if not self._behind:
            self._caught_up_at = time.monotonic()
