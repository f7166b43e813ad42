"""Processes that are killed, as by a crash or for want of memory. supervisor starts them again."""

import random

from tests.chaos.fault import Fault, Promise
from tests.chaos.stack import ChaosStack, LogTail

LEFT_OUT = "nginx's log: the replica is left out"
SAYS_LEFT_OUT = "upstream server temporarily disabled"
UNDER_WAY = "a POST under way on what is killed is not repeated"


class WorkerKilled(Fault):
    """One of the two workers of a replica."""

    name = "worker-kill"
    does = "kill -9 of a worker of replica-1"
    noticed_by = "gunicorn has started another"
    promise = Promise(failed_posts=2, because=UNDER_WAY)

    def begin(self, stack: ChaosStack) -> None:
        """Kill it."""
        self._killed = random.choice(stack.master("replica-1").children())
        self._killed.kill()

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether there are two again, without it."""
        workers = {worker.pid for worker in stack.master("replica-1").children()}
        return len(workers) == 2 and self._killed.pid not in workers


class ReplicaKilled(Fault):
    """A whole replica."""

    name = "replica-kill"
    does = "kill -9 of replica-1 with its workers"
    noticed_by = LEFT_OUT
    promise = Promise(failed_posts=2, because=UNDER_WAY)
    killed: tuple[str, ...] = ("replica-1",)

    def begin(self, stack: ChaosStack) -> None:
        """Kill it."""
        self._nginx: LogTail = stack.log("nginx")
        for replica in self.killed:
            stack.kill(replica)

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether nginx has met it, and leaves it out."""
        return self._nginx.has(SAYS_LEFT_OUT)


class AllButOneKilled(ReplicaKilled):
    """Two of three."""

    name = "replicas-kill"
    does = "kill -9 of replica-1 and replica-2 at once"
    promise = Promise(failed_posts=4, because=UNDER_WAY)
    killed = ("replica-1", "replica-2")


class NginxWorkerKilled(Fault):
    """Half of the load balancer."""

    name = "nginx-worker-kill"
    does = "kill -9 of one of the two workers of nginx"
    noticed_by = "nginx has started another"
    promise = Promise(
        failed_reads=10,
        failed_posts=2,
        because="what the killed worker had under way is lost with its connections",
    )

    def begin(self, stack: ChaosStack) -> None:
        """Kill it."""
        self._killed = random.choice(stack.master("nginx").children())
        self._killed.kill()

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether there are two again, without it."""
        workers = {worker.pid for worker in stack.master("nginx").children()}
        return len(workers) == 2 and self._killed.pid not in workers
