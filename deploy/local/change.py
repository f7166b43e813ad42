"""Other settings for a stack that runs: replicas one at a time where that will do."""

from deploy.local.application import upgrade_database
from deploy.local.nginx import reload_nginx
from deploy.local.output import say
from deploy.local.paths import Paths
from deploy.local.plan import Plan
from deploy.local.restart import restart_replicas
from deploy.local.state import Stack
from deploy.local.supervisor import Supervisor


def can_be_rolled(paths: Paths, running: Stack, plan: Plan) -> bool:
    """Whether only replicas and nginx are told something new: ports, numbers and Valkey stay."""
    if (running.options, running.ports) != (plan.stack.options, plan.stack.ports):
        return False
    rolled = {paths.programs / f"{name}.json" for name in running.replicas()}
    return all(
        path in rolled or path.is_relative_to(paths.nginx)
        for path, text in plan.files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    )


def roll(paths: Paths, plan: Plan) -> None:
    """Take over the settings of ``plan`` without an interruption.

    Raises StackError when nginx refuses its configuration, or a replica does not become ready; the
    ones after it still run with the old settings then.
    """
    say("Running with other settings; taking over these, one replica at a time.")
    plan.write(paths)
    reload_nginx(paths)
    upgrade_database(paths, plan.application)
    restart_replicas(Supervisor(paths, plan.stack.ports["supervisor"]), plan.stack)
    plan.stack.save(paths)
