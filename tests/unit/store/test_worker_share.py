"""A worker's share of a limit while Redis is down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.redis_gateway import RedisGateway
from app.store.worker_share import WorkerShare
from tests.conftest import REDIS_NOWHERE


def share_at(place: tuple[int, int] | None, expected_workers: int = 6) -> WorkerShare:
    share = WorkerShare(RedisGateway(REDIS_NOWHERE, 0.1), "replica-1", expected_workers)
    share._place = place
    return share


@given(st.integers(0, 100_000), st.integers(1, 64))
def test_the_shares_of_all_workers_sum_up_to_the_limit(limit: int, workers: int) -> None:
    shares = [share_at((place, workers)).of(limit) for place in range(workers)]
    assert sum(shares) == limit
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize("limit", [0, 5, 6, 100])
def test_a_worker_that_never_saw_redis_takes_one_share_of_those_expected(limit: int) -> None:
    assert share_at(None).of(limit) == limit // 6


def test_a_heartbeat_without_redis_keeps_the_place() -> None:
    share = share_at((1, 4))
    share.beat()
    assert share.of(100) == 25
