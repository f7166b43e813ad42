"""News between workers: heard at once, and made up for where it could not be heard."""

import threading
from collections.abc import Callable, Iterator

import pytest

from app.store.breaker import DependencyDown
from app.store.bulletin import STREAM, Bulletin
from app.store.redis_gateway import RedisGateway
from tests.eventually import eventually
from tests.integration.conftest import Valkey

TOPIC = "test"


class Worker:
    """One that listens, as the prober's thread does, and notes what it hears."""

    def __init__(self, valkey: Valkey, catch_up_seconds: float = 60) -> None:
        self.heard: list[str] = []
        self.caught_up = 0
        self.sql_is_down = False
        self.redis = RedisGateway(valkey.url, timeout_seconds=0.1)
        self.bulletin = Bulletin(self.redis, catch_up_seconds)
        self.bulletin.subscribe(TOPIC, self.heard.append, self._catch_up)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def _catch_up(self) -> None:
        if self.sql_is_down:
            raise DependencyDown("sql")
        self.caught_up += 1

    def _listen(self) -> None:
        while not self._stopping.is_set():
            self.bulletin.listen()

    def start(self) -> "Worker":
        self._thread.start()
        eventually(lambda: self.bulletin.is_current or self.sql_is_down)
        return self

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.redis.close()


MakeWorker = Callable[..., Worker]


@pytest.fixture
def make_worker(valkey: Valkey) -> Iterator[MakeWorker]:
    made = []

    def make(**options: float) -> Worker:
        made.append(Worker(valkey, **options))
        return made[-1]

    yield make
    for worker in made:
        worker.stop()


def test_every_worker_hears_every_news_once_in_order(make_worker: MakeWorker) -> None:
    workers = [make_worker().start() for _ in range(3)]
    told = [str(number) for number in range(50)]
    for text in told:
        workers[0].bulletin.publish(TOPIC, text)
    for worker in workers:
        eventually(lambda worker=worker: len(worker.heard) == len(told))  # type: ignore[misc]
        assert worker.heard == told


def test_a_worker_catches_up_before_it_hears(make_worker: MakeWorker) -> None:
    first = make_worker().start()
    first.bulletin.publish(TOPIC, "before")
    second = make_worker().start()
    assert (second.caught_up, second.heard) == (1, [])


def test_nothing_is_published_while_redis_is_down(make_worker: MakeWorker, valkey: Valkey) -> None:
    worker = make_worker().start()
    valkey.kill()
    with pytest.raises(DependencyDown):
        worker.bulletin.publish(TOPIC, "lost")


def test_a_worker_catches_up_when_redis_comes_back_empty(
    make_worker: MakeWorker, valkey: Valkey
) -> None:
    worker = make_worker().start()
    worker.bulletin.publish(TOPIC, "before")
    eventually(lambda: worker.heard)
    valkey.kill()
    eventually(lambda: not worker.bulletin.is_current)
    valkey.start()
    eventually(lambda: worker.bulletin.is_current)
    assert worker.caught_up == 3  # At first, as it was lost, and as it was back.
    # A server whose clock was set back numbers its entries lower than those heard before.
    with valkey.client() as client:
        client.xadd(STREAM, {"topic": TOPIC, "text": "after"}, id="1-1")
    eventually(lambda: worker.heard == ["before", "after"])


def test_a_hung_redis_is_noticed_and_waited_out(make_worker: MakeWorker, valkey: Valkey) -> None:
    worker = make_worker().start()
    valkey.pause()
    try:
        eventually(lambda: not worker.bulletin.is_current)
    finally:
        valkey.resume()
    eventually(lambda: worker.bulletin.is_current)
    assert worker.caught_up == 3


def test_what_was_told_as_redis_died_is_made_up_for_at_once(
    make_worker: MakeWorker, valkey: Valkey
) -> None:
    worker = make_worker().start()
    valkey.kill()
    eventually(lambda: worker.caught_up == 2)


def test_a_connection_that_was_made_anew_unseen_is_a_lost_one(
    make_worker: MakeWorker, valkey: Valkey
) -> None:
    """Between two reads another server may have taken the place, which lacks the last news."""
    worker = make_worker()
    while not worker.bulletin.is_current:
        worker.bulletin.listen()
    valkey.kill()
    valkey.start()
    worker.bulletin.listen()
    assert worker.caught_up == 2
    worker.bulletin.listen()
    worker.bulletin.publish(TOPIC, "after")
    worker.bulletin.listen()
    assert worker.heard == ["after"]


def test_catching_up_is_tried_again_until_it_succeeds(make_worker: MakeWorker) -> None:
    worker = make_worker()
    worker.sql_is_down = True
    worker.start()
    assert not worker.bulletin.is_current
    worker.sql_is_down = False
    eventually(lambda: worker.bulletin.is_current)


def test_a_worker_catches_up_once_in_a_while_all_the_same(make_worker: MakeWorker) -> None:
    worker = make_worker(catch_up_seconds=0.2).start()
    eventually(lambda: worker.caught_up >= 3)


def test_news_of_an_unknown_topic_is_passed_over(make_worker: MakeWorker) -> None:
    worker = make_worker().start()
    worker.bulletin.publish("of-a-newer-release", "?")
    worker.bulletin.publish(TOPIC, "known")
    eventually(lambda: worker.heard == ["known"])
