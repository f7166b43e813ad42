"""The primary of two Valkeys dies, and Sentinels make the other one primary (`make up HA=1`)."""

import time

from deploy.local.errors import StackError
from deploy.local.high_availability import NODES, SENTINELS, last_primary
from tests.chaos.fault import Fault, Promise
from tests.chaos.faults.changes import TIMES, KeyRotation
from tests.chaos.faults.valkey import OUTAGE
from tests.chaos.load import Question
from tests.chaos.questions import REVOKE
from tests.chaos.revoked import HOW_MANY, RevokedTokens
from tests.chaos.samples import Sample
from tests.chaos.stack import ChaosStack, wait_until

FAILOVER_SECONDS = 30.0  # Two to four; a busy machine takes longer.


def primary(stack: ChaosStack) -> str:
    """The name of the primary, by the newest word of the Sentinels."""
    ports = {name: stack.port(name) for name in (*NODES, *SENTINELS)}
    return last_primary(stack.paths, ports)


class Failovers(Fault):
    """Again and again, so that each Valkey loses its role more than once."""

    name = "sentinel-failover"
    does = f"kill -9 of the primary until the other is primary, {TIMES} times"
    around = "ha"
    promise = OUTAGE

    def also_asked(self, stack: ChaosStack) -> dict[float, list[Question]]:
        """Nothing; but tokens are revoked."""
        self._stack = stack
        self._revoked = RevokedTokens(stack)
        return {}

    def begin(self, stack: ChaosStack) -> None:
        """Kill one primary after the other."""
        self._took: list[float] = []
        for _ in range(TIMES):
            killed, killed_at = primary(stack), time.monotonic()
            stack.kill_for_good(killed)
            changed_at = wait_until(lambda: primary(stack) != killed, FAILOVER_SECONDS)  # noqa: B023
            stack.start_stopped()
            if changed_at is None or wait_until(self._is_well, FAILOVER_SECONDS) is None:
                raise StackError(f"no failover from {killed}: {stack.command('status').stdout}")
            self._took.append(changed_at - killed_at)

    def shown(self, samples: list[Sample]) -> tuple[list[str], list[str]]:
        """How long each took, and whether a revocation was lost."""
        took = f"another was primary after {min(self._took):.1f} to {max(self._took):.1f} s"
        after = self._revoked.refused()
        said = f"of {HOW_MANY} tokens revoked before, all replicas refused {after} afterwards"
        return ([took, said], []) if after == HOW_MANY else ([took], [said])

    def _is_well(self) -> bool:
        is_followed = "its replica follows" in self._stack.command("status").stdout
        return is_followed and self._stack.is_whole()


class KeyRotationInFailover(KeyRotation):
    """A new signing key while there is no primary."""

    name = "rotation-in-failover"
    does = "`keys rotate` as the primary is killed, until the other is primary"
    around = "ha"
    held_seconds = 10.0
    promise = Promise(may_refuse=(REVOKE,), because="revoking needs Redis")

    def begin(self, stack: ChaosStack) -> None:
        """Kill the primary, and make the key."""
        self._killed = primary(stack)
        stack.kill_for_good(self._killed)
        super().begin(stack)

    def end(self, stack: ChaosStack) -> None:
        """Start what was primary, as the replica."""
        stack.start_stopped()

    def look(self, stack: ChaosStack) -> None:
        """See that the other has become primary."""
        if wait_until(lambda: primary(stack) != self._killed, FAILOVER_SECONDS) is None:
            raise StackError(f"no failover from {self._killed}")
