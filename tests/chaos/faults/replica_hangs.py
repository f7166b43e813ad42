"""Processes that are stopped and not dead: their sockets accept, and nobody answers."""

import signal

from tests.chaos.fault import Fault, Promise
from tests.chaos.faults.processes import LEFT_OUT, SAYS_LEFT_OUT
from tests.chaos.stack import ChaosStack, LogTail

SENT = "a POST that was sent to it is not repeated; each second nginx tries it with one request"


class ReplicaHung(Fault):
    """A whole replica, its master too: nothing replaces it."""

    name = "replica-hang"
    does = "SIGSTOP of replica-2 with its workers for 8 s"
    noticed_by = LEFT_OUT
    held_seconds = 8.0
    promise = Promise(failed_posts=8, because=SENT)

    def begin(self, stack: ChaosStack) -> None:
        """Stop it."""
        self._nginx: LogTail = stack.log("nginx")
        stack.signal("replica-2", signal.SIGSTOP)

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether nginx has met it, and leaves it out."""
        return self._nginx.has(SAYS_LEFT_OUT)

    def end(self, stack: ChaosStack) -> None:
        """Let it go on."""
        stack.signal("replica-2", signal.SIGCONT)


class WorkerHung(Fault):
    """One worker, which its master misses and replaces."""

    name = "worker-hang"
    does = "SIGSTOP of a worker of replica-3, for good"
    noticed_by = "gunicorn has started another"
    promise = Promise(failed_posts=2, because="a POST that was sent to it is not repeated")

    def begin(self, stack: ChaosStack) -> None:
        """Stop it."""
        self._hung = stack.master("replica-3").children()[0]
        self._hung.suspend()

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether there are two again, without it."""
        workers = {worker.pid for worker in stack.master("replica-3").children()}
        return len(workers) == 2 and self._hung.pid not in workers
