"""Whatever is killed is started again, and callers of another replica notice nothing."""

import itertools
import os
import signal
import time
from datetime import date, timedelta
from functools import partial

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack, request
from tests.stack.steady_load import SteadyLoad

BACK_SECONDS = 10
LONGEST_SECONDS = 2.0  # nginx gives a replica five, and callers give up later still.


def test_a_killed_replica_fails_no_request_and_is_back_within_ten_seconds(
    stack: RunningStack,
) -> None:
    token = stack.token()
    killed = stack.master("replica-1")
    with SteadyLoad(stack.port(), QUESTION, token) as load:
        eventually(lambda: load.outcomes.total() > 30, 10)
        killed.kill()
        eventually(lambda: _is_replaced(stack, "replica-1", killed.pid), BACK_SECONDS)
        seen = load.outcomes.total()
        eventually(lambda: load.outcomes.total() > seen + 30, 10)
    assert load.failures == {}


def test_a_replica_killed_with_all_its_workers_comes_back_cold_under_full_load(
    stack: RunningStack, token: str
) -> None:
    """Nobody meets an error, and nobody waits long in its first second, of questions new to it."""
    killed = stack.master("replica-2")
    numbers = itertools.count()

    def question() -> str:
        day = date(2000, 1, 1) + timedelta(days=next(numbers) % 10_000)
        return f"/api/v1/calendars/NO/days/{day}"

    with SteadyLoad(stack.port(), question, token, pause_seconds=0) as load:
        eventually(lambda: load.outcomes.total() > 300, 10)
        os.killpg(killed.pid, signal.SIGKILL)
        eventually(lambda: _is_replaced(stack, "replica-2", killed.pid), 2 * BACK_SECONDS)
        back = time.monotonic()
        eventually(lambda: load.answered[-1][0] > back + 1, 10)
        eventually(lambda: "days/<date>" in _metrics_of(stack, "replica-2"), 5)
    assert load.failures == {}
    first_second = [took for came, took in load.answered if back < came <= back + 1]
    assert max(first_second) < LONGEST_SECONDS


def test_a_killed_worker_fails_no_request_and_is_replaced(stack: RunningStack) -> None:
    token = stack.token()
    master = stack.master("replica-1")
    worker, other = master.children()
    with SteadyLoad(stack.port(), QUESTION, token) as load:
        eventually(lambda: load.outcomes.total() > 30, 10)
        worker.kill()
        eventually(
            lambda: (
                {child.pid for child in master.children()} > {other.pid}
                and worker.pid not in {child.pid for child in master.children()}
            ),
            BACK_SECONDS,
        )
    assert load.failures == {}


def test_a_killed_nginx_comes_back_though_its_workers_hold_the_port(stack: RunningStack) -> None:
    killed = stack.master("nginx")
    orphans = killed.children()
    killed.kill()
    # The orphans go on answering: ready is not enough.
    eventually(lambda: not any(orphan.is_running() for orphan in orphans), BACK_SECONDS)
    eventually(lambda: _is_replaced(stack, "nginx", killed.pid), BACK_SECONDS)
    assert stack.master("nginx").children()


def test_a_killed_valkey_comes_back_and_the_stack_with_it(stack: RunningStack, token: str) -> None:
    killed = stack.master("valkey")
    killed.kill()
    eventually(lambda: stack.pid("valkey") != killed.pid, BACK_SECONDS)
    eventually(
        lambda: request(stack.port(), "GET", "/health/ready").json()["status"] == "ready",
        BACK_SECONDS,
    )
    assert stack.get(QUESTION, {"Authorization": f"Bearer {token}"}).status == 200


def test_a_replica_killed_again_and_again_is_never_given_up(stack: RunningStack) -> None:
    for _ in range(3):
        killed = stack.master("replica-1")
        killed.kill()
        eventually(partial(_is_started_again, stack, "replica-1", killed.pid), BACK_SECONDS)
    eventually(lambda: stack.is_ready("replica-1"), BACK_SECONDS)


def _is_started_again(stack: RunningStack, program: str, killed_pid: int) -> bool:
    return stack.pid(program) != killed_pid


def _is_replaced(stack: RunningStack, program: str, killed_pid: int) -> bool:
    return stack.pid(program) != killed_pid and stack.is_ready(program)


def _metrics_of(stack: RunningStack, replica: str) -> str:
    return request(stack.port(replica), "GET", "/metrics").body.decode()
