"""`make up HA=1`: Valkey's primary is killed for good, and nobody outside notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.high_availability import NODES, SENTINELS, last_primary
from deploy.local.paths import Paths
from tests.eventually import eventually
from tests.stack.conftest import QUICK
from tests.stack.running_stack import QUESTION, RunningStack, request
from tests.stack.steady_load import SteadyLoad
from tests.stack.test_revocation_over_replicas import revoke, status_at

REPLICAS = ("replica-1", "replica-2")
REVOKED = 20
FAILOVER_SECONDS = 20  # Two to four; a busy machine takes longer.


@pytest.fixture
def available_stack(tmp_path: Path, server: str) -> Iterator[RunningStack]:
    """Two replicas with one worker each, two Valkeys and three Sentinels."""
    running = RunningStack(
        var=tmp_path / "a directory with blanks",
        settings={
            **QUICK,
            "FASTI_RATE_LIMIT": "1000000/minute",
            "FASTI_TOKEN_RATE_LIMIT": "1000000/minute",
            "FASTI_CATCH_UP_SECONDS": "3600",  # What is missed stays so, but for the failover.
        },
        options=(
            *("--port", "0", "--replicas", "2", "--workers", "1"),
            *("--ha", "1", "--server", server),
        ),
    )
    try:
        yield running.started()
    finally:
        running.command("down")
    assert running.secrets_in_logs() == []


@pytest.mark.long
def test_a_failover_fails_no_read_and_loses_no_revocation(
    available_stack: RunningStack,
) -> None:
    stack = available_stack
    assert "valkey-1 is primary; its replica follows; all Sentinels agree." in _status(stack)
    token = stack.token()
    revoked = [stack.ask_for_token().json()["access_token"] for _ in range(REVOKED)]
    killed = stack.master("valkey-1")
    with SteadyLoad(stack.port(), QUESTION, token) as load:
        eventually(lambda: load.outcomes.total() > 30, 10)
        stack.supervisord().suspend()  # It would start Valkey again before anybody missed it.
        try:
            assert {revoke(stack, REPLICAS[0], each).status for each in revoked} == {200}
            killed.kill()
            assert _refused_by_all(stack, revoked) == REVOKED
            eventually(lambda: _primary(stack) == stack.port("valkey-2"), FAILOVER_SECONDS)
        finally:
            stack.supervisord().resume()
        eventually(lambda: _all_ready(stack), FAILOVER_SECONDS)
        assert _refused_by_all(stack, revoked) == REVOKED
        seen = load.outcomes.total()
        eventually(lambda: load.outcomes.total() > seen + 30, 10)
    assert load.failures == {}
    # The other is started again, as the replica.
    eventually(lambda: "valkey-2 is primary; its replica follows" in _status(stack), 20)


def _status(stack: RunningStack) -> str:
    return stack.command("status").stdout


def _primary(stack: RunningStack) -> int:
    ports = {name: stack.port(name) for name in (*NODES, *SENTINELS)}
    return ports[last_primary(Paths(stack.var), ports)]


def _all_ready(stack: RunningStack) -> bool:
    return all(
        request(stack.port(replica), "GET", "/health/ready").json()["status"] == "ready"
        for replica in REPLICAS
    )


def _refused_by_all(stack: RunningStack, tokens: list[str]) -> int:
    return sum(
        all(status_at(stack, replica, token) == 401 for replica in REPLICAS) for token in tokens
    )
