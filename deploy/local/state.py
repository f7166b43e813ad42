"""What this package remembers between two commands, and the lock that keeps them apart."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.local.errors import StackError
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.private_files import write_private


@dataclass(frozen=True)
class Stack:
    """A stack that was started: read by other commands, and by the load test for ``base_url``."""

    base_url: str
    options: Options
    ports: dict[str, int]
    # Of all configuration that was written; equal when nothing would change.
    fingerprint: str

    def replicas(self) -> list[str]:
        """The names of the replicas, in order."""
        return replica_names(self.options.replicas)

    def save(self, paths: Paths) -> None:
        """Write it to ``var/run/stack.json``."""
        write_private(paths.stack, json.dumps(asdict(self), indent=2) + "\n")


def replica_names(count: int) -> list[str]:
    """Return ``replica-1`` to ``replica-<count>``."""
    return [f"replica-{number}" for number in range(1, count + 1)]


def read_stack(paths: Paths) -> Stack | None:
    """Return what `make up` wrote, or None when there is nothing that can be used."""
    content = read_json(paths.stack)
    try:
        return Stack(
            base_url=content["base_url"],
            options=Options(**content["options"]),
            ports=content["ports"],
            fingerprint=content["fingerprint"],
        )
    except (KeyError, TypeError):
        return None


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in ``path``; an empty one when the file is missing or broken off."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@contextmanager
def locked(paths: Paths) -> Iterator[None]:
    """Hold the stack for this command. The kernel lets go when the process ends, however it ends.

    Raises StackError when another command is at work.
    """
    with paths.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                f"Another make command is changing the stack in {paths.var}. Wait until it is done."
            ) from error
        yield
