"""Replicas that have just started, asked by everybody at once: three with two workers each."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import PLANS
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica
from tests.integration.replica import Replica
from tests.integration.test_shared_limits import token_of

pytestmark = pytest.mark.long

CALLERS = 200
# Some 70 ms to make: long enough that most of the others ask meanwhile.
DEAR = "/api/v1/calendars/US/holidays.ics?from=2010-01-01&to=2019-12-31"


@pytest.fixture
def bearer(make_replica: MakeReplica) -> dict[str, str]:
    return token_of(make_replica(), "plenty")


@pytest.fixture
def replicas(environment: dict[str, str]) -> Iterator[list[Replica]]:
    metrics = environment["PROMETHEUS_MULTIPROC_DIR"]
    started = [
        Replica(
            {
                **environment,
                "FASTI_PLANS_FILE": str(PLANS),
                "FASTI_REPLICA": f"replica-{number}",
                "PROMETHEUS_MULTIPROC_DIR": f"{metrics}-{number}",
            }
        )
        for number in range(3)
    ]
    try:
        for replica in started:
            replica.wait_until((200, "ready"), seconds=90)  # three boots at once
        yield started
    finally:
        for replica in started:
            replica.process.kill()
            replica.process.communicate()


def test_200_who_miss_one_dear_answer_at_once_have_it_made_once_by_all_replicas(
    replicas: list[Replica], bearer: dict[str, str]
) -> None:
    together = threading.Barrier(CALLERS)

    def ask(number: int) -> tuple[int, bytes]:
        together.wait()
        return replicas[number % 3].get(DEAR, bearer)

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(ask, range(CALLERS)))
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1

    def came_from(tier: str) -> float:
        return sum(replica.answers(tier) for replica in replicas)

    def told() -> float:
        lines = [line for each in replicas for line in each.get("/metrics")[1].decode().split("\n")]
        asked = [line for line in lines if line.startswith("fasti_http_requests_total{")]
        return sum(float(line.rpartition(" ")[2]) for line in asked if "holidays." in line)

    eventually(lambda: told() == CALLERS, 5)  # A worker tells once a second what it counted.
    assert came_from("made") == 1
    # Most of the workers took it from Redis, and their other callers from their memory.
    assert 1 <= came_from("shared") <= 6
    # Different questions then, as many as there are: nothing is kept yet, and nothing fails.
    days = [f"/api/v1/calendars/SE/days/20{n % 20 + 10}-06-{n % 28 + 1:02}" for n in range(600)]
    with ThreadPoolExecutor(24) as callers:
        statuses = callers.map(
            lambda asked: replicas[asked[0] % 3].get(asked[1], bearer)[0], enumerate(days)
        )
        assert set(statuses) == {200}
