"""`make restart` under load."""

import pytest

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack
from tests.stack.steady_load import SteadyLoad

pytestmark = pytest.mark.long


def test_a_rolling_restart_replaces_every_replica_and_fails_no_request(
    stack: RunningStack,
) -> None:
    token = stack.token()
    before = {name: stack.pid(name) for name in ("replica-1", "replica-2")}
    with SteadyLoad(stack.port(), QUESTION, token) as load:
        eventually(lambda: load.outcomes.total() > 30, 10)
        done = stack.command("restart")
        seen = load.outcomes.total()
        eventually(lambda: load.outcomes.total() > seen + 30, 10)
    assert done.returncode == 0, done.stderr
    assert load.failures == {}
    assert all(stack.pid(name) != pid for name, pid in before.items())
