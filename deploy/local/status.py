"""`make status` and `make logs`."""

import os
import shutil

from deploy.local.errors import StackError
from deploy.local.output import say
from deploy.local.paths import Paths
from deploy.local.primary import primary_line
from deploy.local.processes import leftovers, supervisord_process
from deploy.local.readiness import is_ready
from deploy.local.state import Stack, read_stack
from deploy.local.supervisor import Supervisor


def running_stack(paths: Paths) -> Stack:
    """Return the stack that is running. Raises StackError when none is, saying what to do."""
    stack = read_stack(paths)
    if stack and supervisord_process(paths):
        return stack
    if left := leftovers(paths):
        raise StackError(
            f"supervisord is gone, {len(left)} of its processes are not."
            " Start the stack again: make up. Or end them: make down"
        )
    raise StackError("Not running. Start it: make up")


def status(paths: Paths) -> None:
    """Print what runs and whether it is ready. Raises StackError when the stack is not running."""
    stack = running_stack(paths)
    for state in Supervisor(paths, stack.ports["supervisor"]).states():
        is_replica = state.short_name in stack.replicas()
        ready = (
            "" if not is_replica else "ready" if is_ready(stack.ports[state.short_name]) else "-"
        )
        say(f"{state.short_name:<12} {state.state:<9} {ready:<6} {state.description}")
    if stack.options.highly_available:
        say(primary_line(paths, stack.ports))
    through_nginx = "ready" if is_ready(stack.ports["nginx"]) else "not ready"
    say(f"{stack.base_url} is {through_nginx}.")


def follow_logs(paths: Paths) -> None:
    """Become ``tail``, following every log file through its rotations."""
    files = sorted(str(file) for file in paths.log.glob("*.log"))
    tail = shutil.which("tail")
    if not files or not tail:
        raise StackError(f"There is nothing to follow in {paths.log}. Start the stack: make up")
    os.execv(tail, [tail, "-n", "20", "-F", *files])  # noqa: S606 (no shell wanted)
