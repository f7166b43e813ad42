"""`make up`: from nothing, from half a stack or from a running one to one that answers."""

import json
import os
import shlex
from collections.abc import Mapping

from deploy.local.application import prepare_application
from deploy.local.certificate import ensure_certificate, utc_now
from deploy.local.change import can_be_rolled, roll
from deploy.local.down import end_leftovers, stop
from deploy.local.environment import ignored_variables
from deploy.local.errors import StackError
from deploy.local.high_availability import prepare, prepare_single
from deploy.local.options import Options
from deploy.local.output import say
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.plan import Plan, make_plan, wanted_ports
from deploy.local.ports import assign_ports
from deploy.local.primary import wait_until_agreed
from deploy.local.private_files import write_private
from deploy.local.processes import supervisord_process
from deploy.local.readiness import wait_for_stack
from deploy.local.state import Stack, locked, read_json, read_stack
from deploy.local.supervisor import Supervisor

SAMPLE_PATH = "/api/v1/calendars/SE/days/2026-06-19"


def up(paths: Paths, options: Options) -> None:
    """Start the stack, or bring a running one to ``options``; return once it answers through nginx.

    The options and the caller's FASTI_ variables say all: a running stack that was started with
    others takes over these, one replica at a time where that will do. Raises StackError when that
    cannot be; a stack that is started and does not become ready is stopped again.
    """
    paths.create()
    with locked(paths):
        running = _running(paths)
        if not running:
            _clear_the_way(paths)
        before = read_json(paths.ports)
        held = running.ports.values() if running else ()
        ports = assign_ports(wanted_ports(options), before, held)
        plan = make_plan(paths, options, ports, os.environ)
        for name in ignored_variables(os.environ):
            say(f"{name} is set by the stack itself; yours is not used.")
        if running and running.fingerprint == plan.stack.fingerprint:
            _complete(paths, running)
            say("Already running. Changed code is loaded by: make restart")
        elif running and can_be_rolled(paths, running, plan):
            _complete(paths, running)
            roll(paths, plan)
        else:
            if running:
                say("Running with other settings; restarting with these.")
                stop(paths)
            write_private(paths.ports, json.dumps(before | ports))
            _start(paths, plan, before)
        _announce(paths, plan.stack)


def _running(paths: Paths) -> Stack | None:
    """Return the stack whose supervisord runs and answers, None when there is no such."""
    stack = read_stack(paths)
    if not stack or not supervisord_process(paths):
        return None
    return stack if Supervisor(paths, stack.ports["supervisor"]).answers() else None


def _clear_the_way(paths: Paths) -> None:
    """End whatever a crash left behind, so that its ports count as free."""
    if end_leftovers(paths):
        say("Cleared the remains of a stack that was not stopped properly.")
    paths.stack.unlink(missing_ok=True)
    paths.supervisor_pid.unlink(missing_ok=True)


def _complete(paths: Paths, stack: Stack) -> None:
    """See that every program of a running stack is up."""
    supervisor = Supervisor(paths, stack.ports["supervisor"])
    supervisor.start_stopped()
    wait_for_stack(supervisor, stack)
    if stack.options.highly_available:
        wait_until_agreed(paths, stack.ports)


def _start(paths: Paths, plan: Plan, ports_before: Mapping[str, int]) -> None:
    plan.write(paths)
    if plan.stack.options.highly_available:
        prepare(paths, plan.stack.ports, ports_before)
    else:
        prepare_single(paths, ports_before)
    if plan.stack.options.tls:
        ensure_certificate(paths, utc_now())
    say("Preparing the signing key, the database and the demo client.")
    prepare_application(paths, plan.application)
    say(f"Starting Valkey, {plan.stack.options.replicas} replicas and nginx.")
    supervisor = Supervisor(paths, plan.stack.ports["supervisor"])
    plan.stack.save(paths)
    try:
        supervisor.start()
        wait_for_stack(supervisor, plan.stack)
        if plan.stack.options.highly_available:
            wait_until_agreed(paths, plan.stack.ports)
    except StackError as error:
        stop(paths)
        raise StackError(f"{error}\nNothing was left running.") from error


def _announce(paths: Paths, stack: Stack) -> None:
    client = read_json(paths.demo_client)
    elsewhere = "" if paths.var == CHECKOUT / "var" else f" VAR={shlex.quote(str(paths.var))}"
    trust = f"--cacert {shlex.quote(str(paths.certificate))} " if stack.options.tls else ""
    token = f'"Authorization: Bearer $(make -s token{elsewhere})"'
    say(
        f"\nFasti answers at    {stack.base_url}\n"
        f"Documentation       {stack.base_url}/docs\n"
        f"Status              {stack.base_url}/status\n"
        f"Demo client         {client.get('client_id')}\n"
        f"Its secret          {client.get('client_secret')}\n"
        f"Try\n  curl {trust}-H {token} {stack.base_url}{SAMPLE_PATH}"
    )
