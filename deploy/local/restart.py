"""`make restart`: the code of the checkout into every replica, one at a time, while the others
answer.
"""

import os

from deploy.local.application import upgrade_database
from deploy.local.environment import application_environment
from deploy.local.errors import StackError
from deploy.local.output import say
from deploy.local.paths import Paths
from deploy.local.readiness import is_ready, wait_for
from deploy.local.state import Stack, locked
from deploy.local.status import running_stack
from deploy.local.supervisor import Supervisor


def restart(paths: Paths) -> None:
    """Restart each replica once the one before it is ready again. Settings stay those of `make up`.

    Raises StackError when a replica does not become ready; the ones after it still run the old code
    then.
    """
    stack = running_stack(paths)
    with locked(paths):
        supervisor = Supervisor(paths, stack.ports["supervisor"])
        environment = application_environment(paths, stack.options, stack.base_url, os.environ)
        upgrade_database(paths, environment)
        restart_replicas(supervisor, stack)


def restart_replicas(supervisor: Supervisor, stack: Stack) -> None:
    """Restart each replica once the one before it is ready again. Raises StackError."""
    if stack.options.replicas == 1:
        say("There is one replica only: nothing answers while it restarts.")
    for name in stack.replicas():
        _check_others(stack, name)
        supervisor.stop_replica(name)
        supervisor.start_replica(name)
        wait_for(supervisor, stack.ports, [name])
        say(f"{name} is ready again.")


def _check_others(stack: Stack, name: str) -> None:
    others = [other for other in stack.replicas() if other != name]
    if others and not any(is_ready(stack.ports[other]) for other in others):
        raise StackError(f"No replica but {name} is ready, so it is not stopped. See: make status")
