"""Valkey that crashes, stays down, comes back with nothing, or does not answer."""

import shutil
import signal

from tests.chaos.fault import Fault, Promise
from tests.chaos.limited import TIMES_THE_LIMIT, LimitedClient
from tests.chaos.load import Question
from tests.chaos.questions import REVOKE
from tests.chaos.revoked import HOW_MANY, RevokedTokens
from tests.chaos.samples import Sample
from tests.chaos.stack import REPLICAS, ChaosStack, LogTail

FIRST_IS_DOWN = "a worker logs that redis is down"
ALL_SAY_DOWN = "/health/ready of every worker"
OUTAGE = Promise(may_refuse=(REVOKE,), p95_factor=1.5, because="revoking needs Redis")


class ValkeyKilled(Fault):
    """It crashes, and supervisor starts it again with what its append-only file holds."""

    name = "valkey-kill"
    does = "kill -9 of Valkey"
    noticed_by = FIRST_IS_DOWN
    promise = OUTAGE

    def begin(self, stack: ChaosStack) -> None:
        """Kill it."""
        self._logs: list[LogTail] = [stack.log(replica) for replica in REPLICAS]
        stack.kill("valkey")

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether one has met it."""
        return any(log.has("redis is down") for log in self._logs)


class ValkeyEmpty(ValkeyKilled):
    """It crashes and comes back without its data."""

    name = "valkey-empty"
    does = "kill -9 of Valkey, its append-only file removed before it is started again"

    def begin(self, stack: ChaosStack) -> None:
        """Kill it, keep it down, remove its data, start it."""
        self._logs = [stack.log(replica) for replica in REPLICAS]
        stack.kill_for_good("valkey")
        shutil.rmtree(stack.paths.data / "valkey")
        (stack.paths.data / "valkey").mkdir()
        stack.start_stopped()


class ValkeyHung(Fault):
    """It is stopped: connections stay, and nothing is answered."""

    name = "valkey-hang"
    does = "SIGSTOP of Valkey for 6 s"
    noticed_by = ALL_SAY_DOWN
    held_seconds = 6.0
    promise = OUTAGE

    def begin(self, stack: ChaosStack) -> None:
        """Stop it."""
        stack.signal("valkey", signal.SIGSTOP)

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether every worker says so."""
        return stack.says("redis", "down")

    def end(self, stack: ChaosStack) -> None:
        """Let it go on."""
        stack.signal("valkey", signal.SIGCONT)


class ValkeyDown(Fault):
    """It crashes and stays away, while clients ask three times what they may."""

    name = "valkey-down"
    does = "kill -9 of Valkey, which stays down for 60 s"
    noticed_by = ALL_SAY_DOWN
    held_seconds = 60.0
    promise = OUTAGE

    def also_asked(self, stack: ChaosStack) -> dict[float, list[Question]]:
        """What two clients ask whose plans allow a third of it."""
        self._revoked = RevokedTokens(stack)
        self._clients = [LimitedClient("a-minute"), LimitedClient("a-second")]
        return {client.rate: [client.question(stack)] for client in self._clients}

    def begin(self, stack: ChaosStack) -> None:
        """Kill it, and have supervisor leave it."""
        stack.kill_for_good("valkey")

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether every worker says so."""
        return stack.says("redis", "down")

    def look(self, stack: ChaosStack) -> None:
        """Ask with the tokens that were revoked before."""
        self._refused_during = self._revoked.refused()

    def end(self, stack: ChaosStack) -> None:
        """Start it."""
        stack.start_stopped()

    def shown(self, samples: list[Sample]) -> tuple[list[str], list[str]]:
        """What was admitted, and what was refused."""
        shown: list[str] = []
        broken: list[str] = []
        for client in self._clients:
            most = client.most_admitted(samples)
            said = (
                f"of a client with {client.limit} a {client.window_seconds} s that asked"
                f" {TIMES_THE_LIMIT} times as much, the fullest window admitted {most}"
            )
            (shown if most <= client.limit else broken).append(said)
        after = self._revoked.refused()
        said = (
            f"of {HOW_MANY} tokens revoked before, all replicas refused {self._refused_during}"
            f" during the outage and {after} after it"
        )
        (shown if self._refused_during == after == HOW_MANY else broken).append(said)
        return shown, broken
