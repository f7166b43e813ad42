"""A disk that is full: of everything the stack writes, its logs too."""

import errno

from tests.chaos.fault import Promise
from tests.chaos.faults.sql import SqlFault
from tests.chaos.own_disk import NEEDED
from tests.chaos.questions import REVOKE, TOKEN
from tests.chaos.stack import REPLICAS, ChaosStack

PIECE_BYTES = 1 << 20


class VarFull(SqlFault):
    """Nothing more fits below var/: database, append-only file, logs, counters."""

    name = "var-full"
    does = "the file system of var/ filled to the last byte for 6 s"
    noticed_by = "/health/ready of a worker"
    promise = Promise(may_refuse=(TOKEN, REVOKE), because="what has to be written is refused")

    def reason_to_skip(self, stack: ChaosStack) -> str:
        """That of the machine shall not be filled."""
        return "" if stack.var.is_mount() else NEEDED

    def break_it(self, stack: ChaosStack) -> None:
        """Fill it."""
        self._filling = stack.var / "filling"
        with self._filling.open("wb", buffering=0) as file:
            for piece_bytes in (PIECE_BYTES, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * piece_bytes)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether a worker says so; their logs are full, too."""
        return any(
            component["status"] == "down"
            for replica in REPLICAS
            for component in stack.health(replica).get("components", {}).values()
        )

    def end(self, stack: ChaosStack) -> None:
        """Make room."""
        self._filling.unlink(missing_ok=True)
