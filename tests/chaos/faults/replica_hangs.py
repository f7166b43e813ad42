"""Processes that are stopped and not dead: their sockets accept, and nobody answers."""

import signal

from tests.chaos.fault import Fault, Promise
from tests.chaos.stack import ChaosStack, LogTail

# Of its access log: what waited in vain, or until the caller gave up.
SILENT = ('"replica_status":"504', '"replica_status":"-"')
SENT = "a POST that was sent to it is not repeated; each second nginx tries it with one request"


class ReplicaHung(Fault):
    """A whole replica, its master too: nothing replaces it."""

    name = "replica-hang"
    does = "SIGSTOP of replica-2 with its workers for 8 s"
    noticed_by = "nginx's log: it was silent"
    held_seconds = 8.0
    promise = Promise(failed_posts=8, because=SENT)

    def begin(self, stack: ChaosStack) -> None:
        """Stop it."""
        self._nginx: LogTail = stack.log("nginx")
        stack.signal("replica-2", signal.SIGSTOP)

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether a request has met it."""
        return any(map(self._nginx.has, SILENT))

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
