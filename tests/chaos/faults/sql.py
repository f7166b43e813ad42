"""A database that cannot be written, or is not there. Reads of facts and known tokens need none."""

import resource
import sqlite3
import subprocess

import psutil

from tests.chaos.fault import Fault, Promise
from tests.chaos.load import Question
from tests.chaos.own_disk import NEEDED
from tests.chaos.questions import REVOKE, TOKEN, revoke_question
from tests.chaos.stack import REPLICAS, ChaosStack, LogTail

DOWN = "a worker logs that sql is down"
REVOKED_A_SECOND = 2.0
REVOKED_TOKENS = 50
WRITES = Promise(may_refuse=(TOKEN, REVOKE), because="what has to be written is refused")


class SqlFault(Fault):
    """What all have in common."""

    noticed_by = DOWN
    held_seconds = 6.0
    promise = WRITES

    def also_asked(self, stack: ChaosStack) -> dict[float, list[Question]]:
        """Tokens to be revoked, which has to be written."""
        client = stack.client()
        tokens = [stack.token_of(client) for _ in range(REVOKED_TOKENS)]
        return {REVOKED_A_SECOND: [revoke_question(client, token) for token in tokens]}

    def begin(self, stack: ChaosStack) -> None:
        """Note where the logs end, then break it."""
        self._logs: list[LogTail] = [stack.log(replica) for replica in REPLICAS]
        self.break_it(stack)

    def break_it(self, stack: ChaosStack) -> None:
        """Make the fault."""
        raise NotImplementedError

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether one has met it."""
        return any(log.has("sql is down") for log in self._logs)


class SqlLocked(SqlFault):
    """Another process holds the file, as a backup or an operator may."""

    name = "sql-locked"
    does = "BEGIN EXCLUSIVE held by another process's connection for 6 s"

    def break_it(self, stack: ChaosStack) -> None:
        """Take the lock."""
        self._holder: sqlite3.Connection | None = sqlite3.connect(
            stack.database, timeout=5, isolation_level=None
        )
        self._holder.execute("BEGIN EXCLUSIVE")

    def end(self, stack: ChaosStack) -> None:
        """Let go of it."""
        if self._holder is not None:
            self._holder.rollback()
            self._holder.close()
            self._holder = None


class SqlReadOnly(SqlFault):
    """Files that nobody may write any more."""

    name = "sql-read-only"
    does = "chattr +i of the database and its write-ahead log for 6 s"

    def reason_to_skip(self, stack: ChaosStack) -> str:
        """Root is stopped by the attribute alone, and that by ext4 for files that are open, too."""
        return "" if stack.var.is_mount() else NEEDED

    def break_it(self, stack: ChaosStack) -> None:
        """Forbid it."""
        self._set("+i", stack)

    def end(self, stack: ChaosStack) -> None:
        """Allow it."""
        self._set("-i", stack)

    def _set(self, attribute: str, stack: ChaosStack) -> None:
        # Not its index, which is memory of all workers: the kernel would kill who writes to it.
        files = [str(file) for file in stack.database_files() if not file.name.endswith("-shm")]
        subprocess.run(["chattr", attribute, *files], check=True)  # noqa: S603, S607


class SqlFull(SqlFault):
    """No file of a worker may grow, as with a quota that is used up: each write is refused."""

    name = "sql-full"
    does = "RLIMIT_FSIZE 0 for every worker for 6 s: the database cannot be written"

    def break_it(self, stack: ChaosStack) -> None:
        """Set the limit."""
        self._workers = [
            worker.pid for replica in REPLICAS for worker in stack.master(replica).children()
        ]
        self._limit(0)

    def end(self, stack: ChaosStack) -> None:
        """Lift it."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, most_bytes: int) -> None:
        for pid in self._workers:
            if psutil.pid_exists(pid):
                _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, most))


class SqlGone(SqlFault):
    """The files are moved away, as by a volume that is lost, and brought back."""

    name = "sql-gone"
    does = "the database and its write-ahead log moved away for 6 s"

    def break_it(self, stack: ChaosStack) -> None:
        """Move them."""
        self._away = stack.var / "away"
        self._away.mkdir(exist_ok=True)
        self._home = stack.database.parent
        for file in stack.database_files():
            file.rename(self._away / file.name)

    def end(self, stack: ChaosStack) -> None:
        """Bring them back, over whatever was put in their place."""
        for file in self._away.iterdir():
            file.replace(self._home / file.name)
